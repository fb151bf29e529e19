// The runs of a sweep as a diagram shows them: for each swept variant a grid of cells over the axes, and in each cell
// its runs, one a seed. However large the sweep is, at most `most_phase_runs` of them are kept: of larger ones every
// so manieth value of an axis, and of a cell with too many seeds what they have in common.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "halfstep/trace/sweep_results.hpp"

namespace halfstep {

inline constexpr std::size_t most_phase_runs = 40'000;

// A metric of the runs of a variant; NaN both where it is NaN and where a run lacks it.
struct PhaseMetric {
    std::string name;
    std::vector<double> values;
    std::vector<std::int64_t> absent;  // which runs lack it, ascending
};

// One swept variant. A run has the index `cell * Phase::seeds + seed`, a cell that of its values, the first axis
// slowest; an axis the variant does not know has one value here.
struct PhaseVariant {
    std::size_t run = 0;  // index in Experiment::runs
    std::vector<bool> knows;
    std::vector<int> verdicts;                   // index in Phase::verdicts; -1 where a run is missing
    std::vector<std::int64_t> rows;              // of runs.csv; -1 likewise, and where seeds are joined
    std::vector<PhaseMetric> metrics;            // as Phase::metrics
    std::vector<std::int64_t> split;             // cells whose joined seeds disagree
    std::map<std::string, std::int64_t> counts;  // of all runs, kept or not
};

struct Phase {
    SweepResults results;
    std::vector<SweepAxis> axes;        // the kept values
    std::vector<std::size_t> of;        // how many values each axis has in the sweep
    std::size_t seeds = 1;              // runs of a cell
    bool joined = false;                // ... which stand for several: the commonest verdict, and medians
    std::vector<std::string> verdicts;  // in the order in which they are tried; those that occur
    std::vector<std::string> metrics;   // first_bad_step, final_loss, final_loss_scale, then the file's
    std::vector<PhaseVariant> variants;
    // Sweep::theory at each kept value of the first axis, a value of the second, NaN where there is none. Read from
    // sweep/theory.csv, whose columns are the first axis' first key and `theory`; empty without that file.
    std::vector<double> theory;

    const Sweep& sweep() const { return *results.experiment.sweep; }
    std::int64_t runs() const { return results.rows; }  // that were made
    bool thinned() const;                               // values of axes are left out
};

// ResultError where the files are missing, damaged or of another sweep.
Phase load_phase(const std::filesystem::path& results_folder, std::size_t most_runs = most_phase_runs);

// What happened, in sentences: how many runs came out how, and what the searches for boundaries found.
std::vector<std::string> phase_sentences(const Phase& phase);

}  // namespace halfstep
