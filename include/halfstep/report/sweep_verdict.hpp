// Expectations about a sweep's points and boundaries against what its tables say.
#pragma once

#include <filesystem>
#include <vector>

#include "halfstep/report/verdict.hpp"

namespace halfstep {

// One verdict for each expectation that speaks of the sweep: it holds when it holds at every point it names, each
// seed. Reads results_folder/sweep once an expectation; not judged where the sweep is incomplete or absent.
std::vector<Verdict> judge_sweep(const Experiment& experiment, const std::filesystem::path& results_folder);

// judge() and judge_sweep() in the order of the expectations.
std::vector<Verdict> judge_all(const Experiment& experiment, const std::vector<RunSummary>& summaries,
                               const std::filesystem::path& results_folder);

}  // namespace halfstep
