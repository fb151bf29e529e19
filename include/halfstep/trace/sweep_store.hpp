// results/NAME/sweep/ while it is being written (sweep_results.hpp says what will be there).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/trace/sweep_journal.hpp"
#include "halfstep/trace/sweep_results.hpp"

namespace halfstep {

// Of what decides the rows: the runs, the axes, the verdicts. A journal of the same digest is continued.
std::string sweep_digest(const Experiment& experiment);

class SweepStore {
public:
    // `results_folder` is results/NAME. With `resume` a journal of the same sweep is continued, and a complete sweep
    // is left as it is. Without, whatever an earlier attempt left goes.
    SweepStore(const std::filesystem::path& results_folder, Experiment experiment, Shard shard, bool resume);

    // Set where `resume` found everything finished.
    const std::optional<SweepResults>& complete_before() const { return complete_before_; }

    SweepJournal& journal() { return *journal_; }
    const Shard& shard() const { return shard_; }
    std::int64_t share() const;  // runs of the shard
    // Where the whole series of a run go, and where they are written first.
    std::filesystem::path series_file(std::int64_t index) const;

    std::filesystem::path theory_file() const { return folder_ / "theory.csv"; }
    // Of a sweep that was complete before: its searches with other theories.
    void replace_boundaries(std::vector<BoundaryRow> boundaries);

    // Writes the tables from the journal. It goes when everything is finished, unless it is a shard's.
    SweepResults finish(std::vector<BoundaryRow> boundaries, bool boundaries_complete);

private:
    bool adopt_complete(const std::string& digest);

    Experiment experiment_;
    std::filesystem::path folder_;
    Shard shard_;
    std::optional<SweepResults> complete_before_;
    std::optional<SweepJournal> journal_;
};

// The journals of shards of one sweep as one journal at `target`. ResultError where they are not of one sweep, overlap,
// or name other counts. What no shard has is missing in it.
void merge_journals(const std::vector<std::filesystem::path>& journals, const std::filesystem::path& target);

}  // namespace halfstep
