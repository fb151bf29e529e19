#include "halfstep/trace/store.hpp"

#include <array>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/runs_csv.hpp"
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

fs::path temporary_of(const fs::path& path) {
    fs::path temporary = path;
    temporary += ".tmp";
    return temporary;
}

void remove_quietly(const fs::path& path) {
    std::error_code ignored;
    fs::remove(path, ignored);
}

void rename_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) throw ResultError(to, "cannot be replaced: " + error.message());
}

void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw ResultError(folder, "cannot be created: " + error.message());
}

// The rows of one run's file, header left out, onto the end of `out`.
void append_rows(OutputFile& out, const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string header(series_header.size(), '\0');
    in.read(header.data(), static_cast<std::streamsize>(header.size()));
    if (!in || header != series_header) throw ResultError(path, "is not a file of series");
    std::array<char, 1 << 16> block;
    while (in.read(block.data(), block.size()) || in.gcount() > 0)
        out.write({block.data(), static_cast<std::size_t>(in.gcount())});
    if (in.bad()) throw ResultError(path, "cannot be read");
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

RunFile::RunFile(fs::path final_path, RunId id)
    : final_path_(std::move(final_path)), id_(std::move(id)), writer_(temporary_of(final_path_), id_.run, id_.seed) {}

RunFile::~RunFile() {
    if (committed_) return;
    remove_quietly(temporary_of(final_path_));
}

void RunFile::step(const StepRecord& record, const Snapshot&) {
    for (const auto& [metric, value] : record.series) writer_.row(record.step, metric, value);
}

void RunFile::close_and_rename() {
    writer_.close();
    rename_file(temporary_of(final_path_), final_path_);
    committed_ = true;
}

Store::Store(const fs::path& out, Experiment experiment, bool resume)
    : experiment_(std::move(experiment)),
      folder_(out / experiment_.name),
      runs_folder_(folder_ / "runs"),
      resume_(resume) {
    if (const auto reason = refuse_folder_name(experiment_.name))
        throw ResultError(out, "cannot hold results of '" + experiment_.name + "': the name " + *reason);
    for (std::size_t i = 0; i < experiment_.runs.size(); ++i) run_index_.emplace(experiment_.runs[i].run, i);
    if (!resume_) return;
    for (const RunId& id : asked_runs(experiment_))
        if (auto summary = read_finished(id)) done_.insert_or_assign({id.run, id.seed}, std::move(*summary));
}

std::size_t Store::to_be_dropped() const {
    std::error_code error;
    std::size_t finished = 0;
    for (const auto& entry : fs::directory_iterator(runs_folder_, error))
        finished += entry.path().extension() == ".json";
    return finished - std::min(finished, done_.size());
}

fs::path Store::file_of(const RunId& id, const char* extension) const {
    return runs_folder_ / (file_name_of(id.run) + "-seed" + std::to_string(id.seed) + extension);
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

std::optional<RunSummary> Store::read_finished(const RunId& id) const {
    const fs::path path = file_of(id, ".json");
    if (!fs::exists(path) || !fs::exists(file_of(id, ".csv"))) return std::nullopt;
    try {
        const auto json = nlohmann::ordered_json::parse(read_file(path));
        if (json.at("specification") != specification_digest(id)) return std::nullopt;
        RunSummary summary = summary_from_json(json.at("summary"));
        json.at("seconds").get_to(summary.seconds);
        return summary;
    } catch (const std::exception&) {
        return std::nullopt;  // damaged: the run is simply made again
    }
}

std::optional<RunSummary> Store::finished(std::string_view run, std::uint64_t seed) const {
    const std::lock_guard lock(mutex_);
    const auto found = done_.find({std::string(run), seed});
    return found == done_.end() ? std::nullopt : std::optional(found->second);
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
    file->close_and_rename();
    const nlohmann::ordered_json json = {{"specification", specification_digest(file->id())},
                                         {"summary", summary_to_json(summary)},
                                         {"seconds", summary.seconds}};
    write_file(file_of(file->id(), ".json"), json_text(json));
    const std::lock_guard lock(mutex_);
    done_.insert_or_assign({file->id().run, file->id().seed}, std::move(summary));
}

Results Store::finish() {
    const std::lock_guard lock(mutex_);
    Results results{experiment_, {}, {}, build_info()};
    for (const RunId& id : asked_runs(experiment_)) {
        const auto found = done_.find({id.run, id.seed});
        if (found != done_.end())
            results.summaries.push_back(found->second);
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

// All three are whole under temporary names before the first is renamed, so that a full disk costs
// nothing that was there. Between the first rename and the last the folder has no manifest.json.
void Store::compose(const Results& results) {
    const std::array<fs::path, 3> files = {folder_ / "series.csv", folder_ / "runs.csv", folder_ / "manifest.json"};
    try {
        OutputFile series(temporary_of(files[0]));
        series.write(series_header);
        for (const RunSummary& summary : results.summaries)
            append_rows(series, file_of({summary.run, summary.seed}, ".csv"));
        series.close();
        write_text(temporary_of(files[1]), runs_csv_text(results.summaries));
        write_text(temporary_of(files[2]), manifest_text(results));
    } catch (...) {
        for (const fs::path& file : files) remove_quietly(temporary_of(file));
        throw;
    }
    remove_quietly(files[2]);
    for (const char* name : derived_files) remove_quietly(folder_ / name);
    for (const fs::path& file : files) rename_file(temporary_of(file), file);
    std::error_code ignored;
    if (results.complete()) fs::remove_all(runs_folder_, ignored);
}

}  // namespace halfstep
