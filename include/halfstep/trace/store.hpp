// The results folder OUT/NAME/ while it is being written.
//
//   runs/RUN-seedN.csv, .json     each finished run (run_file.hpp); only while the experiment is incomplete
//   tensors.csv, exponents.csv    what tensors looked like, when a run traces them (tensors_csv.hpp)
//   series.csv                    every recorded value (series_csv.hpp)
//   runs.csv                      one row a run (runs_csv.hpp)
//   timing.json                   how long it took
//   manifest.json                 what was asked and what came out (results.hpp)
//
// A run streams to a temporary file and gets its final name when it is complete; the composed files
// are written by finish(), manifest.json last. So nothing half-written ever has a
// final name, a folder without manifest.json is not a result, and an older result stays until
// finish() has something whole to put in its place.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "halfstep/trace/record.hpp"
#include "halfstep/trace/results.hpp"
#include "halfstep/trace/run_file.hpp"

namespace halfstep {

// nullopt when the name may be a folder of results, otherwise why not ("starts with a dot").
std::optional<std::string> refuse_folder_name(std::string_view name);

// Member functions may be called from several threads; each RunFile from one.
class Store {
public:
    // Touches nothing on disk yet (bad input leaves no folder). ResultError for a name that may not
    // be a folder. With `resume`, runs finished earlier under the same specification are kept.
    // `folder_name`: OUT/folder_name/ in place of OUT/NAME/ where it is given.
    Store(const std::filesystem::path& out, Experiment experiment, bool resume = false,
          const std::string& folder_name = {});

    const std::filesystem::path& folder() const { return folder_; }

    // Runs that `resume` found finished and keeps, and finished ones that were of other specifications
    // or seeds and will be dropped.
    std::size_t kept() const { return done_.size(); }
    std::size_t to_be_dropped() const;

    // The summary of a run that is finished already (only with `resume`, or after commit).
    std::optional<RunSummary> finished(std::string_view run, std::uint64_t seed) const;

    std::unique_ptr<RunFile> begin(const std::string& run, std::uint64_t seed);

    // Gives the run its final name. A summary that says `interrupted` discards it instead.
    void commit(std::unique_ptr<RunFile> file, RunSummary summary);

    // Composes the tables, runs.csv and manifest.json from the finished runs and says what there
    // is; runs/ goes when nothing is missing. Without any finished run the folder is left as it was
    // before.
    Results finish();

private:
    struct Finished {
        RunSummary summary;
        TableSizes tables = {};  // in its file
    };

    void adopt_complete();
    void prepare();  // creates the folder, drops what an earlier attempt left
    void compose(const Results& results);
    bool has_table(std::size_t table) const;
    void compose_table(std::size_t table, const Results& results) const;
    std::filesystem::path file_of(const RunId& id, std::string_view extension) const;
    std::string specification_digest(const RunId& id) const;
    std::optional<Finished> read_finished(const RunId& id) const;

    Experiment experiment_;
    std::filesystem::path folder_, runs_folder_;
    bool resume_ = false;
    bool prepared_ = false;
    std::optional<Results> complete_before_;                     // nothing is left to do
    std::map<std::string, std::size_t, std::less<>> run_index_;  // of a name in experiment_.runs
    std::map<std::pair<std::string, std::uint64_t>, Finished> done_;
    mutable std::mutex mutex_;
};

}  // namespace halfstep
