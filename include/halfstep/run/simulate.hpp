// From a run specification to its trace. Scenarios and replays both come through here.
#pragma once

#include <atomic>
#include <cstdint>

#include "halfstep/spec/run_spec.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

// Builds the run and throws SpecError where it cannot be built; runs nothing.
void check_buildable(const RunSpec& spec, std::uint64_t seed);

// Deterministic: the same specification and seed give the same records on every machine. Streams a
// record every spec.record_every steps (and the first and the last) to `sink`; memory does not grow
// with the number of steps. `stop`, looked at between steps, ends the run early with
// summary.interrupted set. `steps_done` receives the number of completed steps after each, for whoever
// wants to watch. Divergence is a result: nothing is thrown for it.
RunSummary simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop = nullptr,
                    std::atomic<std::int64_t>* steps_done = nullptr);

}  // namespace halfstep
