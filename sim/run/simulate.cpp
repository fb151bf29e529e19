#include "halfstep/run/simulate.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include "built_run.hpp"
#include "event_watch.hpp"
#include "halfstep/format/environment.hpp"
#include "halfstep/run/recipe_check.hpp"
#include "halfstep/spec/event_kind.hpp"
#include "halfstep/trace/digest.hpp"
#include "observations.hpp"
#include "summary.hpp"
#include "tensor_trace.hpp"
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
void add_training_series(StepRecord& record, const BuiltRun& run, double loss) {
    const Machine& machine = run.machine();
    const RecordedStep& at = run.handles();
    record.series.emplace_back("loss", loss);
    record.series.emplace_back("lr", machine.host(at.lr.id));
    record.series.emplace_back("loss_scale", machine.host(at.loss_scale.id));
    record.series.emplace_back("skipped", record.skipped ? 1.0 : 0.0);
    if (run.needs_local_gradients()) record.series.emplace_back("grads_averaged", machine.host(at.grads_averaged.id));
    // A skipped step computes no norm.
    if (at.grad_norm.id != no_value && !record.skipped)
        record.series.emplace_back("grad_norm", machine.host(at.grad_norm.id));
}

void add_record(Digest& digest, const StepRecord& record) {
    digest.add(std::uint64_t(record.step));
    for (const auto& [name, value] : record.series) {
        digest.add(name);
        digest.add(value);
    }
}

void add_final_states(Digest& digest, const Snapshot& snapshot) {
    for (const std::string& name : snapshot.names())
        for (int w = 0; w < snapshot.workers(name); ++w) {
            digest.add(std::string_view(name));
            for (double x : snapshot.state(name, w)) digest.add(x);
        }
}

// On which step each kind of event was first; -1: it was not.
void add_event_metrics(RunSummary& summary) {
    for (const EventKind& kind : event_kinds()) {
        double step = -1;
        for (const Event& event : summary.events)
            if (event.kind == kind.name) step = double(event.step);
        summary.metrics.emplace_back(kind.metric, step);
    }
}

// From when on the run was lost: the loss, the loss scale or the program gave up. -1: it was not.
void add_first_bad_step(RunSummary& summary, std::int64_t first_divergent, bool trains) {
    double first = double(first_divergent);
    for (const Event& event : summary.events) {
        const bool bad = event.kind == "failure" || event.kind == (trains ? "scale_floor" : "nan");
        if (bad && (first < 0 || double(event.step) < first)) first = double(event.step);
    }
    summary.metrics.emplace_back("first_bad_step", first);
}

}  // namespace

void check_buildable(const RunSpec& spec, std::uint64_t seed) {
    check_recipe(spec);
    const BuiltRun run(spec, seed);
    Watcher(spec, run);
    if (spec.reference) ReferenceRun(spec, seed);
}

RunSummary simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop,
                    std::atomic<std::int64_t>* steps_done) {
    const FloatingPointEnvironment environment;
    BuiltRun run(spec, seed);
    const MachineSnapshot snapshot(run.machine());
    const RecordedStep& at = run.handles();
    Digest digest;
    SummaryBuilder summary(run, spec);
    Watcher watcher(spec, run);
    Observations observations(run, spec, seed);
    TensorTrace trace(run, spec);
    EventWatch events(run, spec);
    StepRecord record;
    RunSummary result{.run = spec.run, .seed = seed, .metrics = {}, .events = {}, .digest = {}};

    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t t = 0; t < spec.steps; ++t) {
        if (stop && stop->load(std::memory_order_relaxed)) {
            result.interrupted = true;
            break;
        }
        const bool last = t + 1 == spec.steps, recorded = t % spec.record_every == 0 || last;
        const bool traced = trace.at(t);
        observations.before_step(recorded);
        if (traced) trace.before_step();
        events.before_step();
        run.step();
        observations.after_step();
        for (const RecordedStep::Failure& failure : at.failures)
            if (run.machine().host(failure.flag.id) != 0.0) result.error = failure.error;
        if (!result.error.empty()) {
            events.fail(t, result.error);
            break;
        }
        result.steps = t + 1;
        if (steps_done) steps_done->store(t + 1, std::memory_order_relaxed);
        const double loss = run.mean_loss();
        bool skipped = false;
        if (run.trains()) {
            const double scale = run.machine().host(at.loss_scale.id);
            const double next_scale = run.machine().host(at.loss_scale_next.id);
            skipped = run.machine().host(at.skipped.id) != 0.0;
            events.after_step(skipped, scale, next_scale);
            summary.step(t, loss, scale, next_scale, skipped);
        } else {
            events.after_step(false, 1.0, 1.0);
        }
        if (!recorded && !traced) continue;

        record = {.step = t, .skipped = skipped, .series = {}};
        if (recorded) {
            if (run.trains()) {
                add_training_series(record, run, loss);
                summary.observe(record, (spec.evaluate_every > 0 && t % spec.evaluate_every == 0) || last);
            }
            add_record(digest, record);
            watcher.observe(record);
            observations.observe(record);
        }
        const std::span<const TensorStats> stats = traced ? trace.describe(record) : std::span<const TensorStats>();
        sink.step(record, snapshot);
        if (traced) sink.tensors(t, stats);
    }
    result.events = events.finish();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    add_final_states(digest, snapshot);
    result.digest = digest.hex();
    result.metrics = summary.finish();
    watcher.add_metrics(result.metrics);
    if (run.trains()) {
        observations.finish(result.metrics);
        trace.finish(result.metrics);
    }
    add_event_metrics(result);
    add_first_bad_step(result, summary.first_divergent_step(), run.trains());
    return result;
}

}  // namespace halfstep
