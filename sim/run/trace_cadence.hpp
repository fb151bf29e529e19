// How often a run is traced when its scenario does not say: as often as keeps the trace below a tenth
// of the run's time, at most `most_traced_steps` times. What a step and its trace cost is estimated
// from the list of instructions, so that the cadence is the same on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "halfstep/program/program.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "stored_tensors.hpp"

namespace halfstep {

inline constexpr std::int64_t most_traced_steps = 100;

// Nanoseconds, in proportion to those of docs/performance.md.
struct StepCost {
    double step = 0;    // run
    double record = 0;  // and its series written
    double trace = 0;   // repeated under observation, described and written
};
StepCost estimate_cost(const Program& program, const std::vector<StoredTensor>& tensors);

// Steps between traced ones, at least 1: a multiple of record_every where it is chosen here. 0: off.
std::int64_t trace_cadence(const RunSpec& spec, const StepCost& cost);

// Whether step t, counted from 0, is traced at this cadence: the first, every cadence-th, the last.
inline bool is_traced(std::int64_t t, std::int64_t cadence, std::int64_t steps) {
    return cadence > 0 && (t % cadence == 0 || t + 1 == steps);
}

}  // namespace halfstep
