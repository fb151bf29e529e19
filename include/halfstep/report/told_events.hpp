// The events of all runs as a page tells them: numbered, grouped by run, and once for all seeds in
// which the same happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "halfstep/trace/results.hpp"

namespace halfstep {

struct Occurrence {
    std::uint64_t seed = 0;
    Event event;
};

// The same kind of event, in the same place and operation of one run, with one seed or more.
struct ToldEvent {
    std::size_t variant = 0;              // index in Experiment::runs
    std::vector<Occurrence> occurrences;  // in the order of the experiment's seeds
    const Event& event() const { return occurrences.front().event; }
    // "Step 57: ..." in the words of the first seed; the step is put in front where the words lack it.
    std::string sentence() const;
    // What the other seeds add: "The same with seeds 2 and 3.", "Likewise with seed 2 at step 60."; of an
    // experiment with several seeds "Only with seed 1." where no other has it.
    std::string other_seeds(std::size_t seeds_of_experiment) const;
};

// In the order of the runs, then of the steps. Of a large experiment those of the runs that are drawn.
std::vector<ToldEvent> tell_events(const Results& results);

// Steps at which something happened to a run: their points must not be thinned away.
std::vector<std::int64_t> event_steps(const RunSummary& summary);

}  // namespace halfstep
