// Makes the runs of a sweep, then its boundary searches, all cores, one run or search a thread.
#pragma once

#include <string>
#include <vector>

#include "commands.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "halfstep/trace/sweep_store.hpp"

namespace halfstep {

struct SweepOutcome {
    SweepResults results;
    std::string first_invalid;  // why the first point that cannot be run cannot; empty: all can
};

// Throws what a run or the disk throws; what was finished is kept in the journal, and where the disk allows in the
// tables as well.
SweepOutcome run_sweep(const Scenario& scenario, SweepStore& store, const RunOptions& options);

// Builds the corners of the grid and every value of each axis once; the message of what cannot be is a ScenarioError.
void check_sweep(const Scenario& scenario);

// Seconds that all runs of the sweep may take on one core, from a few steps of some of its points.
double estimate_seconds(const Scenario& scenario);

}  // namespace halfstep
