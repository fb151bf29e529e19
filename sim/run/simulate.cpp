#include "halfstep/run/simulate.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include "built_run.hpp"
#include "halfstep/trace/digest.hpp"
#include "summary.hpp"

namespace halfstep {
namespace {

class MachineSnapshot final : public Snapshot {
public:
    explicit MachineSnapshot(const Machine& machine) : machine_(machine) {}
    std::vector<std::string> names() const override { return machine_.state_names(); }
    int workers(std::string_view name) const override { return machine_.copies(find(name)); }
    std::vector<double> state(std::string_view name, int worker) const override {
        std::vector<double> values;
        machine_.read(find(name), worker, values);
        for (double& x : values)
            if (std::isnan(x)) x = std::numeric_limits<double>::quiet_NaN();
        return values;
    }

private:
    ValueId find(std::string_view name) const {
        const ValueId id = machine_.find_state(name);
        if (id == no_value) throw std::out_of_range("no state " + std::string(name));
        return id;
    }
    const Machine& machine_;
};

double mean_loss(const BuiltRun& run, int workers) {
    const ValueId loss = run.handles().loss.id;
    double sum = 0.0;
    for (int w = 0; w < workers; ++w) sum += run.machine().host(loss, run.machine().copies(loss) == 1 ? 0 : w);
    return sum / workers;
}

void add_final_states(Digest& digest, const Snapshot& snapshot) {
    for (const std::string& name : snapshot.names())
        for (int w = 0; w < snapshot.workers(name); ++w) {
            digest.add(std::string_view(name));
            for (double x : snapshot.state(name, w)) digest.add(x);
        }
}

}  // namespace

void check_buildable(const RunSpec& spec, std::uint64_t seed) {
    BuiltRun(spec, seed);
}

RunSummary simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop) {
    BuiltRun run(spec, seed);
    const MachineSnapshot snapshot(run.machine());
    const RecordedStep& at = run.handles();
    Digest digest;
    SummaryBuilder summary(run, spec);
    StepRecord record;
    const bool compresses = find_optimizer(spec.optimizer.kind).compresses;
    RunSummary result{.run = spec.run, .seed = seed, .metrics = {}, .events = {}, .digest = {}};

    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t t = 0; t < spec.steps; ++t) {
        if (stop && stop->load(std::memory_order_relaxed)) {
            result.interrupted = true;
            break;
        }
        run.step();
        if (at.failed.id != no_value && run.machine().host(at.failed.id) != 0.0) {
            result.error = at.failure;
            summary.fail(t);
            break;
        }
        result.steps = t + 1;
        const double loss = mean_loss(run, spec.workers), scale = run.machine().host(at.loss_scale.id);
        const bool skipped = run.machine().host(at.skipped.id) != 0.0;
        summary.step(t, loss, scale, run.machine().host(at.loss_scale_next.id), skipped);
        const bool last = t + 1 == spec.steps;
        if (t % spec.record_every != 0 && !last) continue;

        record.step = t;
        record.skipped = skipped;
        record.series.clear();
        record.series.emplace_back("loss", loss);
        record.series.emplace_back("lr", run.machine().host(at.lr.id));
        record.series.emplace_back("loss_scale", scale);
        record.series.emplace_back("skipped", skipped ? 1.0 : 0.0);
        if (compresses) record.series.emplace_back("grads_averaged", run.machine().host(at.grads_averaged.id));
        // A skipped step computes no norm.
        if (at.grad_norm.id != no_value && !skipped)
            record.series.emplace_back("grad_norm", run.machine().host(at.grad_norm.id));
        summary.observe(record, (spec.evaluate_every > 0 && t % spec.evaluate_every == 0) || last);
        digest.add(std::uint64_t(t));
        for (const auto& [name, value] : record.series) {
            digest.add(name);
            digest.add(value);
        }
        sink.step(record, snapshot);
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    add_final_states(digest, snapshot);
    result.digest = digest.hex();
    result.metrics = summary.finish();
    return result;
}

}  // namespace halfstep
