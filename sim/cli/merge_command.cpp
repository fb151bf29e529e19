// halfstep merge: the shards of one run, joined into what one machine would have written.
#include <cstdio>
#include <set>

#include "commands.hpp"
#include "halfstep/report/figures.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/report/sweep_verdict.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/store.hpp"
#include "halfstep/trace/sweep_store.hpp"
#include "input.hpp"
#include "sweep_lines.hpp"
#include "verdict_table.hpp"

namespace halfstep {
namespace {

namespace fs = std::filesystem;

Experiment experiment_of(const fs::path& folder) {
    if (has_sweep(folder)) return read_sweep(folder).experiment;
    return read_results(folder).experiment;
}

// Finished runs of a shard, beside those of the others.
void copy_runs(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(from, error)) return;
    fs::create_directories(to, error);
    for (const auto& entry : fs::directory_iterator(from, error)) {
        if (entry.path().extension() == ".tmp") continue;
        fs::copy_file(entry.path(), to / entry.path().filename(), fs::copy_options::overwrite_existing, error);
        if (error) throw ResultError(to / entry.path().filename(), "cannot be written: " + error.message());
    }
    if (error) throw ResultError(from, "cannot be read: " + error.message());
}

// Of a shard that had all runs beside the sweep: its tables are those of the whole.
bool copy_tables(const fs::path& from, const fs::path& to) {
    if (!fs::exists(from / "manifest.json") || !read_results(from).complete()) return false;
    std::error_code error;
    fs::create_directories(to, error);
    for (const auto& entry : fs::directory_iterator(from, error))
        if (entry.is_regular_file())
            fs::copy_file(entry.path(), to / entry.path().filename(), fs::copy_options::overwrite_existing, error);
    if (error) throw ResultError(to, "cannot be written: " + error.message());
    return true;
}

// "1, 2 and 7 more"; empty when every shard is there.
std::string missing_shards(const std::vector<fs::path>& journals) {
    std::set<std::int64_t> there;
    std::int64_t count = 1;
    for (const fs::path& path : journals) {
        const JournalReader reader(path);
        there.insert(reader.shard().index);
        count = reader.shard().count;
    }
    constexpr std::int64_t most_named = 20;
    std::string text;
    std::int64_t missing = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        if (there.contains(i)) continue;
        if (missing++ < most_named) text += (text.empty() ? "" : ", ") + std::to_string(i + 1);
    }
    if (missing > most_named) text += " and " + std::to_string(missing - most_named) + " more";
    return text;
}

// Every search is made by one shard; their rows are in the order of the shards' turns.
std::vector<BoundaryRow> join_boundaries(const std::vector<fs::path>& folders) {
    std::map<std::int64_t, std::vector<BoundaryRow>> shares;
    std::size_t all = 0;
    for (const fs::path& folder : folders) {
        if (!has_sweep(folder)) continue;  // it was killed before it wrote its tables
        const Shard shard = JournalReader(sweep_folder(folder) / "journal").shard();
        shares[shard.index] = read_sweep(folder).boundaries;
        all += shares[shard.index].size();
    }
    std::vector<BoundaryRow> rows;
    for (std::size_t turn = 0; rows.size() < all; ++turn)
        for (auto& [index, share] : shares)
            if (turn < share.size()) rows.push_back(std::move(share[turn]));
    return rows;
}

// What each shard wrote for itself.
void copy_series(const fs::path& from, const fs::path& to) {
    copy_runs(from / "series", to / "series");
    std::error_code ignored;
    fs::copy_file(from / "theory.csv", to / "theory.csv", fs::copy_options::overwrite_existing, ignored);
}

}  // namespace

int merge_command(const std::vector<std::string>& arguments, const RunOptions& options) {
    check_writable("--out", options.out);
    std::vector<fs::path> folders, journals;
    for (const std::string& argument : arguments) {
        if (!fs::is_directory(argument)) throw InputError(argument + ": is no folder of results");
        folders.emplace_back(argument);
        if (fs::exists(sweep_folder(folders.back()) / "journal"))
            journals.push_back(sweep_folder(folders.back()) / "journal");
    }
    const Experiment experiment = experiment_of(folders.front());
    for (const fs::path& folder : folders)
        if (experiment_of(folder) != experiment)
            throw InputError(folder.string() + ": is of another scenario, or other settings, than " +
                             folders.front().string());
    const fs::path target = fs::path(options.out) / experiment.name;
    Results results;
    {
        std::error_code ignored;
        fs::remove_all(target / "runs", ignored);
        bool whole = false;
        for (const fs::path& folder : folders) whole = whole || copy_tables(folder, target);
        for (const fs::path& folder : folders)
            if (!whole) copy_runs(folder / "runs", target / "runs");
        Store store(options.out, experiment, true);
        results = store.finish();
    }
    bool complete = results.complete();
    if (!complete)
        std::fprintf(stderr, "missing: %zu of %zu runs beside the sweep\n", results.missing.size(),
                     results.missing.size() + results.summaries.size());
    if (experiment.sweep) {
        if (journals.size() != folders.size())
            throw InputError("a folder holds no sweep/journal: accepted are the folders that --shard wrote");
        const std::string missing = missing_shards(journals);
        if (!missing.empty()) std::fprintf(stderr, "missing: shards %s\n", missing.c_str());
        std::error_code ignored;
        fs::create_directories(sweep_folder(target), ignored);
        merge_journals(journals, sweep_folder(target) / "journal");
        for (const fs::path& folder : folders) copy_series(sweep_folder(folder), sweep_folder(target));
        SweepStore store(target, experiment, {}, true);
        bool searched = missing.empty();
        for (const fs::path& folder : folders) searched = searched && has_sweep(folder) && read_sweep(folder).complete;
        const SweepResults swept = store.finish(join_boundaries(folders), searched);
        for (const std::string& line : sweep_lines(swept)) std::printf("%s\n", line.c_str());
        if (!swept.complete)
            std::fprintf(stderr,
                         "missing: %lld of %lld runs of the sweep; what is there can be read, and halfstep run "
                         "--resume makes the rest\n",
                         static_cast<long long>(experiment.sweep->size - swept.rows),
                         static_cast<long long>(experiment.sweep->size));
        complete = complete && swept.complete;
    }
    const std::vector<Verdict> verdicts = judge_all(experiment, results.summaries, target);
    for (const std::string& line : verdict_lines(verdicts, {})) std::printf("%s\n", line.c_str());
    if (!verdicts.empty()) std::printf("  %s\n", describe(count(verdicts)).c_str());
    if (!results.summaries.empty() && options.figures)
        for (const auto& path : write_figures(target)) std::printf("  figure: %s\n", path.string().c_str());
    if (!results.summaries.empty() && options.report) {
        write_report(target);
        write_index(options.out);
        std::printf("  report: %s\n", (target / "report.html").string().c_str());
    }
    if (!complete) return 3;
    return all_held(verdicts, false) ? 0 : 1;
}

}  // namespace halfstep
