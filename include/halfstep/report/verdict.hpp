// Expectations against what was measured: one verdict for each expectation and seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

enum class Outcome {
    held,
    failed,
    not_judged,  // a run or metric it speaks of is missing (interrupted)
};

struct Verdict {
    std::size_t expectation = 0;  // index in Experiment::expectations
    std::string run;
    std::uint64_t seed = 0;
    std::string metric;
    Outcome outcome = Outcome::not_judged;
    std::optional<double> measured;
    std::string measured_text;  // with as many digits as tell it from its bounds; empty where nothing was measured
    std::string expected;       // "below 0.1", "at least 1 and below 0.034 (2 × adam's final_loss)"
    std::string criterion;      // the same for every seed: "at least 1 and below 2 × adam's final_loss"
    std::string bounds;         // what a seed adds to it: "0.034"; empty where all bounds are constants
    std::string sentence;       // "adam, seed 1: final_loss = 0.012, expected below 0.1"
    std::string because;        // the expectation's
    int line = 0;               // the expectation's
};

// Of the expectations that do not speak of a sweep. In their order, then of the experiment's seeds. Seeds an
// expectation lists but the experiment does not run (`--seeds` asked for fewer) give no verdict.
std::vector<Verdict> judge(const Experiment& experiment, const std::vector<RunSummary>& summaries);

struct VerdictCounts {
    int held = 0, failed = 0, not_judged = 0;
    int all() const { return held + failed + not_judged; }
};
VerdictCounts count(const std::vector<Verdict>& verdicts);

// Exit status 0 or 1: what was not judged counts as failed, unless the run was interrupted.
bool all_held(const std::vector<Verdict>& verdicts, bool interrupted);

// The counts in words: "3 of 4 checks held, 1 failed"; a check is one expectation at one seed.
std::string describe(const VerdictCounts& counts);

}  // namespace halfstep
