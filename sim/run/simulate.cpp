#include "halfstep/run/simulate.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include "built_run.hpp"
#include "halfstep/run/recipe_check.hpp"
#include "halfstep/trace/digest.hpp"
#include "summary.hpp"
#include "watcher.hpp"

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

// The series of a training that come with every recorded step.
void add_training_series(StepRecord& record, const BuiltRun& run) {
    const Machine& machine = run.machine();
    const RecordedStep& at = run.handles();
    record.series.emplace_back("loss", run.mean_loss());
    record.series.emplace_back("lr", machine.host(at.lr.id));
    record.series.emplace_back("loss_scale", machine.host(at.loss_scale.id));
    record.series.emplace_back("skipped", record.skipped ? 1.0 : 0.0);
    if (run.needs_local_gradients()) record.series.emplace_back("grads_averaged", machine.host(at.grads_averaged.id));
    // A skipped step computes no norm.
    if (at.grad_norm.id != no_value && !record.skipped)
        record.series.emplace_back("grad_norm", machine.host(at.grad_norm.id));
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
    check_recipe(spec);
    const BuiltRun run(spec, seed);
    Watcher(spec, run);
}

RunSummary simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop,
                    std::atomic<std::int64_t>* steps_done) {
    BuiltRun run(spec, seed);
    const MachineSnapshot snapshot(run.machine());
    const RecordedStep& at = run.handles();
    Digest digest;
    SummaryBuilder summary(run, spec);
    Watcher watcher(spec, run);
    StepRecord record;
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
        if (steps_done) steps_done->store(t + 1, std::memory_order_relaxed);
        const bool skipped = run.trains() && run.machine().host(at.skipped.id) != 0.0;
        if (run.trains())
            summary.step(t, run.mean_loss(), run.machine().host(at.loss_scale.id),
                         run.machine().host(at.loss_scale_next.id), skipped);
        const bool last = t + 1 == spec.steps;
        if (t % spec.record_every != 0 && !last) continue;

        record.step = t;
        record.skipped = skipped;
        record.series.clear();
        if (run.trains()) {
            add_training_series(record, run);
            summary.observe(record, (spec.evaluate_every > 0 && t % spec.evaluate_every == 0) || last);
        }
        digest.add(std::uint64_t(t));
        for (const auto& [name, value] : record.series) {
            digest.add(name);
            digest.add(value);
        }
        watcher.observe(record);  // after the digest: it observes
        sink.step(record, snapshot);
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    add_final_states(digest, snapshot);
    result.digest = digest.hex();
    result.metrics = summary.finish();
    watcher.add_metrics(result.metrics);
    return result;
}

}  // namespace halfstep
