#include "halfstep/trace/store.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <nlohmann/json.hpp>
#include <numeric>

#include "files.hpp"
#include "halfstep/spec/json.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/events_csv.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/runs_csv.hpp"
#include "spool.hpp"
#include "summary_json.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_name = 100;

// What the report made from an older result; it would tell of runs that are no longer there.
constexpr const char* derived_files[] = {"report.html",
                                         "thumbnail.svg",
                                         "figures/loss.svg",
                                         "figures/loss.png",
                                         "figures/loss.dat",
                                         "figures/loss.gp",
                                         "figures/loss_scale.svg",
                                         "figures/loss_scale.png",
                                         "figures/loss_scale.dat",
                                         "figures/loss_scale.gp"};

// A run's name as part of a file name: everything but letters, digits, '-', '_' and '.' as %XX,
// long names cut and told apart by their digest.
std::string file_name_of(std::string_view run) {
    std::string name;
    for (const unsigned char c : run) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.';
        if (plain) {
            name += static_cast<char>(c);
        } else {
            name += '%';
            name += "0123456789ABCDEF"[c >> 4];
            name += "0123456789ABCDEF"[c & 15];
        }
    }
    if (name.size() > longest_name) {
        Digest digest;
        digest.add(run);
        name = name.substr(0, longest_name - 33) + "~" + digest.hex();
    }
    return name;
}

}  // namespace

std::optional<std::string> refuse_folder_name(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.front() == '.') return "starts with a dot";
    if (name.size() > 200) return "is longer than 200 bytes";
    for (const unsigned char c : name)
        if (c == '/' || c == '\\' || c < 0x20 || c == 0x7f) return "holds a slash, a backslash or a control character";
    if (name == "index.html") return "is the name of the page over all results";
    return std::nullopt;
}

Store::Store(const fs::path& out, Experiment experiment, bool resume, const std::string& folder_name)
    : experiment_(std::move(experiment)),
      folder_(out / (folder_name.empty() ? experiment_.name : folder_name)),
      runs_folder_(folder_ / "runs"),
      resume_(resume) {
    if (const auto reason = refuse_folder_name(experiment_.name))
        throw ResultError(out, "cannot hold results of '" + experiment_.name + "': the name " + *reason);
    for (std::size_t i = 0; i < experiment_.runs.size(); ++i) run_index_.emplace(experiment_.runs[i].run, i);
    if (!resume_) return;
    adopt_complete();
    if (complete_before_) return;
    for (const RunId& id : asked_runs(experiment_))
        if (auto finished = read_finished(id)) done_.insert_or_assign({id.run, id.seed}, std::move(*finished));
}

// Results that an earlier attempt finished, if they are of the same runs.
void Store::adopt_complete() {
    if (!fs::exists(folder_ / "manifest.json") || fs::exists(runs_folder_)) return;
    try {
        Results results = read_results(folder_);
        const Experiment& before = results.experiment;
        if (!results.complete() || before.runs != experiment_.runs || before.seeds != experiment_.seeds ||
            results.build.version != build_info().version)
            return;
        for (const RunSummary& summary : results.summaries)
            done_.insert_or_assign({summary.run, summary.seed}, Finished{summary});
        complete_before_ = std::move(results);
    } catch (const ResultError&) {
        // Damaged: it is made again.
    }
}

std::size_t Store::to_be_dropped() const {
    std::error_code error;
    std::size_t finished = 0;
    for (const auto& entry : fs::directory_iterator(runs_folder_, error))
        finished += entry.path().extension() == ".json";
    return finished - std::min(finished, done_.size());
}

fs::path Store::file_of(const RunId& id, std::string_view extension) const {
    return runs_folder_ / (file_name_of(id.run) + "-seed" + std::to_string(id.seed)).append(extension);
}

// Of what decides the run's bits. A finished run is kept by `resume` only when this is unchanged.
std::string Store::specification_digest(const RunId& id) const {
    Digest digest;
    digest.add(build_info().version);
    const RunSpec& spec = experiment_.runs.at(run_index_.at(id.run));
    digest.add(to_json(spec).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    digest.add(id.seed);
    return digest.hex();
}

std::optional<Store::Finished> Store::read_finished(const RunId& id) const {
    const fs::path path = file_of(id, ".json");
    if (!fs::exists(path)) return std::nullopt;
    try {
        const auto json = nlohmann::ordered_json::parse(read_file(path));
        if (json.at("specification") != specification_digest(id)) return std::nullopt;
        Finished finished{summary_from_json(json.at("summary")), json.at("table_sizes").get<TableSizes>()};
        json.at("seconds").get_to(finished.summary.seconds);
        std::uintmax_t size = 0;
        for (const std::int64_t bytes : finished.tables) size += static_cast<std::uintmax_t>(bytes);
        if (fs::file_size(file_of(id, ".csv")) != size) return std::nullopt;
        return finished;
    } catch (const std::exception&) {
        return std::nullopt;  // damaged: the run is simply made again
    }
}

std::optional<RunSummary> Store::finished(std::string_view run, std::uint64_t seed) const {
    const std::lock_guard lock(mutex_);
    const auto found = done_.find({std::string(run), seed});
    return found == done_.end() ? std::nullopt : std::optional(found->second.summary);
}

void Store::prepare() {
    if (prepared_) return;
    make_folder(folder_);
    if (!resume_) {
        std::error_code error;
        fs::remove_all(runs_folder_, error);
        if (error) throw ResultError(runs_folder_, "cannot be removed: " + error.message());
    }
    make_folder(runs_folder_);
    prepared_ = true;
}

std::unique_ptr<RunFile> Store::begin(const std::string& run, std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    prepare();
    const RunId id{run, seed};
    return std::make_unique<RunFile>(file_of(id, ".csv"), id);
}

void Store::commit(std::unique_ptr<RunFile> file, RunSummary summary) {
    if (summary.interrupted) return;
    const TableSizes tables = file->close_and_rename();
    const nlohmann::ordered_json json = {{"specification", specification_digest(file->id())},
                                         {"summary", summary_to_json(summary)},
                                         {"table_sizes", tables},
                                         {"seconds", summary.seconds}};
    write_file(file_of(file->id(), ".json"), json_text(json));
    const std::lock_guard lock(mutex_);
    done_.insert_or_assign({file->id().run, file->id().seed}, Finished{std::move(summary), tables});
}

Results Store::finish() {
    const std::lock_guard lock(mutex_);
    if (complete_before_) {
        Results before = *complete_before_;
        before.experiment = experiment_;
        // Texts and expectations may have changed since.
        if (experiment_ != complete_before_->experiment) write_file(folder_ / "manifest.json", manifest_text(before));
        return before;
    }
    Results results{experiment_, {}, {}, build_info()};
    for (const RunId& id : asked_runs(experiment_)) {
        const auto found = done_.find({id.run, id.seed});
        if (found != done_.end())
            results.summaries.push_back(found->second.summary);
        else
            results.missing.push_back(id);
    }
    if (!results.summaries.empty()) {
        compose(results);
    } else if (prepared_) {
        remove_quietly(runs_folder_);  // goes only when it is empty, and so the next
        remove_quietly(folder_);
    }
    return results;
}

// Whether any finished run has rows of a table.
bool Store::has_table(std::size_t table) const {
    return std::any_of(done_.begin(), done_.end(), [&](const auto& run) { return run.second.tables[table] > 0; });
}

// One run's rows after the other's, under a temporary name.
void Store::compose_table(std::size_t table, const Results& results) const {
    const std::string_view header = streamed_tables[table].header;
    OutputFile out(temporary_of(folder_ / streamed_tables[table].composed));
    out.write(header);
    for (const RunSummary& summary : results.summaries) {
        const TableSizes& sizes = done_.at({summary.run, summary.seed}).tables;
        const std::int64_t before =
            std::accumulate(sizes.begin(), sizes.begin() + std::ptrdiff_t(table), std::int64_t(0));
        const auto first_line = static_cast<std::int64_t>(header.size());
        if (sizes[table] > 0)
            append_part(out, file_of({summary.run, summary.seed}, ".csv"), before + first_line,
                        sizes[table] - first_line);
    }
    out.close();
}

// All are whole under temporary names before the first is renamed, so that a full disk costs
// nothing that was there. Between the first rename and the last the folder has no manifest.json.
void Store::compose(const Results& results) {
    const fs::path manifest = folder_ / "manifest.json", runs = folder_ / "runs.csv", events = folder_ / "events.csv",
                   timing = folder_ / "timing.json";
    std::vector<fs::path> files, dropped;
    for (std::size_t table = 0; table < streamed_tables.size(); ++table)
        (has_table(table) ? files : dropped).push_back(folder_ / streamed_tables[table].composed);
    files.insert(files.end(), {runs, events, timing, manifest});
    try {
        for (std::size_t table = 0; table < streamed_tables.size(); ++table)
            if (has_table(table)) compose_table(table, results);
        write_text(temporary_of(runs), runs_csv_text(results.summaries));
        write_text(temporary_of(events), events_csv_text(results.summaries));
        write_text(temporary_of(timing), timing_text(results));
        write_text(temporary_of(manifest), manifest_text(results));
    } catch (...) {
        for (const fs::path& file : files) remove_quietly(temporary_of(file));
        throw;
    }
    remove_quietly(manifest);
    for (const fs::path& file : dropped) remove_quietly(file);
    for (const char* name : derived_files) remove_quietly(folder_ / name);
    for (const fs::path& file : files) rename_file(temporary_of(file), file);
    std::error_code ignored;
    if (results.complete()) fs::remove_all(runs_folder_, ignored);
}

}  // namespace halfstep
