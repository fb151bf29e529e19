#include "halfstep/trace/sweep_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "halfstep/spec/json.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/sweep_rows.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

std::string dumped(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string sweep_digest(const Experiment& experiment) {
    Digest digest;
    digest.add(build_info().version);
    for (const RunSpec& run : experiment.runs) digest.add(dumped(to_json(run)));
    Sweep sweep = *experiment.sweep;
    sweep.theory.clear();
    for (BoundarySearch& search : sweep.boundaries) search.theory.clear();
    digest.add(dumped(to_json(sweep)));
    return digest.hex();
}

SweepStore::SweepStore(const fs::path& results_folder, Experiment experiment, Shard shard, bool resume)
    : experiment_(std::move(experiment)), folder_(sweep_folder(results_folder)), shard_(shard) {
    const std::string digest = sweep_digest(experiment_);
    if (resume && adopt_complete(digest)) return;
    journal_.emplace(folder_ / "journal", digest, shard, resume);
    // Series of another sweep, or of an attempt that is not continued, are not of this one.
    std::error_code ignored;
    if (journal_->finished() == 0) fs::remove_all(folder_ / "series", ignored);
}

// A complete sweep that an earlier attempt left, if it is this one.
bool SweepStore::adopt_complete(const std::string& digest) {
    if (fs::exists(folder_ / "journal") || !fs::exists(folder_ / "runs.csv")) return false;
    SweepResults results;
    try {
        results = read_sweep(folder_.parent_path());
    } catch (const ResultError&) {
        return false;  // damaged: it is made again
    }
    if (!results.complete || sweep_digest(results.experiment) != digest) return false;
    const bool same = results.experiment == experiment_;
    results.experiment = experiment_;
    if (!same) write_file(folder_ / "sweep.json", sweep_json_text(results));
    complete_before_ = std::move(results);
    return true;
}

std::int64_t SweepStore::share() const {
    const std::int64_t size = experiment_.sweep->size;
    return size > shard_.index ? (size - shard_.index + shard_.count - 1) / shard_.count : 0;
}

fs::path SweepStore::series_file(std::int64_t index) const {
    return folder_ / "series" / (std::to_string(index) + ".csv");
}

void SweepStore::replace_boundaries(std::vector<BoundaryRow> boundaries) {
    const std::string before = boundary_csv_text(*complete_before_);
    complete_before_->boundaries = std::move(boundaries);
    const std::string now = boundary_csv_text(*complete_before_);
    if (now != before) write_file(folder_ / "boundary.csv", now);
}

SweepResults SweepStore::finish(std::vector<BoundaryRow> boundaries, bool boundaries_complete) {
    if (complete_before_) return *complete_before_;
    journal_->close();
    const Sweep& sweep = *experiment_.sweep;
    const fs::path rows = folder_ / "runs.csv", curves = folder_ / "curves.jsonl", boundary = folder_ / "boundary.csv",
                   manifest = folder_ / "sweep.json";
    std::vector<fs::path> files = {rows, curves, boundary, manifest};
    SweepResults results{experiment_, build_info(), 0, false, "", {}, std::move(boundaries)};
    try {
        OutputFile row_file(temporary_of(rows)), curve_file(temporary_of(curves));
        Digest digest;
        const auto write_row = [&](const std::string& text) {
            row_file.write(text);
            digest.add(text);
        };
        write_row(sweep_rows_header(sweep));
        JournalReader reader(journal_->path());
        while (const auto entry = reader.next()) {
            write_row(entry->row);
            if (!entry->curve.empty())
                curve_file.write("{\"row\":" + std::to_string(results.rows) + "," + entry->curve);
            ++results.verdicts[verdict_in_row(sweep, entry->row)];
            ++results.rows;
        }
        row_file.close();
        curve_file.close();
        results.digest = digest.hex();
        results.complete = results.rows == share() && boundaries_complete;
        write_text(temporary_of(boundary), boundary_csv_text(results));
        write_text(temporary_of(manifest), sweep_json_text(results));
        if (curve_file.size() == 0) files.erase(files.begin() + 1);
    } catch (...) {
        for (const fs::path& file : files) remove_quietly(temporary_of(file));
        throw;
    }
    if (sweep.boundaries.empty()) std::erase(files, boundary);
    for (const fs::path& file : {rows, curves, boundary, manifest}) {
        if (std::find(files.begin(), files.end(), file) != files.end()) continue;
        remove_quietly(temporary_of(file));
        remove_quietly(file);
    }
    remove_quietly(manifest);
    for (const fs::path& file : files) rename_file(temporary_of(file), file);
    if (results.complete && shard_.whole()) remove_quietly(journal_->path());
    return results;
}

void merge_journals(const std::vector<fs::path>& journals, const fs::path& target) {
    std::vector<JournalReader> readers;
    std::vector<std::optional<SweepJournal::Entry>> heads;
    for (const fs::path& path : journals) {
        readers.emplace_back(path);
        const JournalReader& reader = readers.back();
        if (reader.digest() != readers.front().digest() || reader.shard().count != readers.front().shard().count)
            throw ResultError(path,
                              "is of another sweep, or of another number of shards, than " + journals.front().string());
        for (std::size_t i = 0; i + 1 < readers.size(); ++i)
            if (readers[i].shard() == reader.shard())
                throw ResultError(path, "is the same shard as " + journals[i].string());
        heads.push_back(readers.back().next());
    }
    SweepJournal merged(target, readers.front().digest(), {}, false);
    for (;;) {
        std::size_t first = heads.size();
        for (std::size_t i = 0; i < heads.size(); ++i)
            if (heads[i] && (first == heads.size() || heads[i]->index < heads[first]->index)) first = i;
        if (first == heads.size()) break;
        merged.add(*heads[first]);
        heads[first] = readers[first].next();
    }
    for (const JournalReader& reader : readers)
        for (const auto& [probe, verdict] : reader.probes()) merged.add(probe, verdict);
    merged.close();
}

}  // namespace halfstep
