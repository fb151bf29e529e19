// What a run streams while it goes: plain records, no view back into models or optimizers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "halfstep/trace/event.hpp"
#include "halfstep/trace/tensor_stats.hpp"

namespace halfstep {

// Values of one step. `loss` is the mean over the workers' batches before the update, as the run's
// own precision saw it. Series whose value is not defined in a run are absent, not NaN.
struct StepRecord {
    std::int64_t step = 0;                                    // counts iterations from 0, skipped ones included
    bool skipped = false;                                     // the optimizer step was dropped on overflow
    std::vector<std::pair<std::string_view, double>> series;  // "loss", "lr", "loss_scale", ...; names outlive the run
    // What was looked at from outside ("update_norm", "bytes_sent", "reference_distance", ...): written like
    // the series, but no part of the digest.
    std::vector<std::pair<std::string_view, double>> observations = {};
};

// Read access to the named states ("weight", "exp_avg[0]", "worker_error[0]") after the step being
// recorded. Values are copied on demand, binary32 widened, every NaN a quiet positive one.
class Snapshot {
public:
    virtual ~Snapshot() = default;
    virtual std::vector<std::string> names() const = 0;
    virtual int workers(std::string_view name) const = 0;  // 1 for a shared state
    virtual std::vector<double> state(std::string_view name, int worker) const = 0;
};

// One run's outcome in numbers, by metric name (report/metrics and the expectations use these
// names; docs/scenarios.md lists them). NaN and infinities are results.
struct RunSummary {
    std::string run;
    std::uint64_t seed = 0;
    std::int64_t steps = 0;  // completed iterations
    bool interrupted = false;
    std::vector<std::pair<std::string, double>> metrics;
    std::vector<Event> events;  // the first of each kind, in the order of their steps; not part of the digest
    std::string digest;         // of every recorded bit: series, and all named states at the end
    double seconds = 0;         // wall clock of the stepping, not part of the digest
    std::string error = {};     // what the simulated program raised in the step after the last one; empty: nothing
};

// Receives a run. Calls come in step order from one thread.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void step(const StepRecord& record, const Snapshot& snapshot) = 0;
    // A step that is traced but not recorded has an empty series and brings its observations alone.
    // After step() of the same step, at the cadence of run.trace_every.
    virtual void tensors(std::int64_t /*step*/, std::span<const TensorStats> /*tensors*/) {}
};

}  // namespace halfstep
