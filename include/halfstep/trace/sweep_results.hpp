// What a sweep leaves in results/NAME/sweep/, all of it the same bytes however often, on however many threads,
// machines and interrupted attempts it was made:
//
//   runs.csv       one row a run (sweep_rows.hpp), in index order
//   curves.jsonl   where curves are kept, one object a line: { "row": which row of runs.csv, from 0, "steps": [...],
//                  "loss": [...] largest since the step before, "loss_scale": [...] smallest, "events": [{ "step",
//                  "kind", "text" }] }; numbers that JSON lacks are texts
//   theory.csv     where [sweep] has a theory, its value a value of the first axis
//   boundary.csv   where boundaries are searched, one row a search
//   series/ROW.csv whole series of the runs that keep them (series_csv.hpp)
//   sweep.json     the experiment, how many rows there are and whether those are all; written last
//   journal        only while it is incomplete: what is finished (sweep_journal.hpp)
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/trace/build_info.hpp"

namespace halfstep {

// One search for a boundary and what it found.
struct BoundaryRow {
    std::string boundary, run;
    std::uint64_t seed = 0;
    std::vector<std::string> at;  // one a key of the axes; empty where the axis is the searched one, or unknown
    double value = 0;             // the last value at which the verdict holds, NaN: nowhere
    double fails_at = 0;          // the nearest value beyond at which it does not, NaN: everywhere it was tried
    std::int64_t runs = 0;        // made for the search, beside the grid's
    bool monotone = true;         // false: it holds again further on, at `again_at`
    double again_at = 0;          // NaN where it does not
    double theory = 0;            // NaN without one
    bool operator==(const BoundaryRow&) const = default;
};

struct SweepResults {
    Experiment experiment;
    BuildInfo build;
    std::int64_t rows = 0;
    bool complete = false;
    std::string digest;                            // of runs.csv, as it stands
    std::map<std::string, std::int64_t> verdicts;  // counts
    std::vector<BoundaryRow> boundaries;
};

std::filesystem::path sweep_folder(const std::filesystem::path& results_folder);
bool has_sweep(const std::filesystem::path& results_folder);  // a sweep.json that tells of one
// sweep.json and boundary.csv of results/NAME. ResultError when they are missing, damaged or do not belong together.
SweepResults read_sweep(const std::filesystem::path& results_folder);

std::string sweep_json_text(const SweepResults& results);
std::string boundary_csv_text(const SweepResults& results);

}  // namespace halfstep
