// A results folder as a value: what was asked, what came out, what is missing; and manifest.json,
// which holds it on disk. It is the same, and so are all tables, whenever the same runs are repeated with the same
// build; what the clock said stands apart, in timing.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/trace/build_info.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

struct RunId {
    std::string run;
    std::uint64_t seed = 0;
    bool operator==(const RunId&) const = default;
};

struct Results {
    Experiment experiment;
    std::vector<RunSummary> summaries;  // in the order of experiment.runs, then experiment.seeds
    std::vector<RunId> missing;         // asked for, not finished
    BuildInfo build;
    bool complete() const { return missing.empty(); }
};

std::vector<RunId> asked_runs(const Experiment& experiment);  // runs x seeds, in order

// XXH3 over the runs' names, seeds and digests: one line that says "the same bits everywhere".
std::string results_digest(const Results& results);

std::string manifest_text(const Results& results);
std::string timing_text(const Results& results);

// Reads manifest.json and, where it is, timing.json, and checks that runs.csv tells of the same runs. ResultError
// otherwise.
Results read_results(const std::filesystem::path& folder);

}  // namespace halfstep
