#include "halfstep/trace/results.hpp"

#include <chrono>
#include <ctime>
#include <exception>
#include <nlohmann/json.hpp>

#include "experiment_json.hpp"
#include "halfstep/spec/json.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/runs_csv.hpp"
#include "summary_json.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

std::string utc_now() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

Json missing_to_json(const std::vector<RunId>& missing) {
    Json list = Json::array();
    for (const RunId& id : missing) list.push_back({{"run", id.run}, {"seed", id.seed}});
    return list;
}

// Of the runs a timing.json knows.
void read_timing(const std::filesystem::path& path, Results& results) {
    if (!std::filesystem::exists(path)) return;
    try {
        const Json json = Json::parse(read_file(path));  // outlives the loop
        for (const Json& run : json.at("runs"))
            for (RunSummary& summary : results.summaries)
                if (summary.run == run.at("run").get<std::string>() &&
                    summary.seed == run.at("seed").get<std::uint64_t>())
                    run.at("seconds").get_to(summary.seconds);
    } catch (const Json::exception&) {
        // How long something took is not worth refusing what it made.
    }
}

Results parse_manifest(const Json& json) {
    Results results;
    const Json& build = json.at("build");
    results.build = {build.at("version").get<std::string>(), build.at("compiler").get<std::string>(),
                     build.at("build_type").get<std::string>(), build.at("flags").get<std::string>()};
    results.experiment = read_experiment(json.at("experiment"));
    for (const Json& run : json.at("runs")) results.summaries.push_back(summary_from_json(run));
    for (const Json& run : json.at("missing"))
        results.missing.push_back({run.at("run").get<std::string>(), run.at("seed").get<std::uint64_t>()});
    return results;
}

}  // namespace

std::vector<RunId> asked_runs(const Experiment& experiment) {
    std::vector<RunId> ids;
    for (const RunSpec& run : experiment.runs)
        for (const std::uint64_t seed : experiment.seeds) ids.push_back({run.run, seed});
    return ids;
}

std::string results_digest(const Results& results) {
    Digest digest;
    for (const RunSummary& summary : results.summaries) {
        digest.add(summary.run);
        digest.add(summary.seed);
        digest.add(summary.digest);
    }
    return digest.hex();
}

std::string manifest_text(const Results& results) {
    Json runs = Json::array();
    for (const RunSummary& summary : results.summaries) runs.push_back(summary_to_json(summary));
    const Json manifest = {
        {"name", results.experiment.name},
        {"complete", results.complete()},
        {"missing", missing_to_json(results.missing)},
        {"digest", results_digest(results)},
        {"build",
         {{"version", results.build.version},
          {"compiler", results.build.compiler},
          {"build_type", results.build.build_type},
          {"flags", results.build.flags}}},
        {"experiment", to_json(results.experiment)},
        {"runs", std::move(runs)},
    };
    return json_text(manifest);
}

std::string timing_text(const Results& results) {
    Json runs = Json::array();
    double total = 0;
    for (const RunSummary& summary : results.summaries) {
        runs.push_back({{"run", summary.run}, {"seed", summary.seed}, {"seconds", summary.seconds}});
        total += summary.seconds;
    }
    return json_text({{"written", utc_now()}, {"seconds", total}, {"runs", std::move(runs)}});
}

Results read_results(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "manifest.json";
    if (!std::filesystem::exists(path))
        throw ResultError(folder,
                          "holds no results: manifest.json is missing (was the run interrupted or never made?)");
    Results results;
    try {
        results = parse_manifest(Json::parse(read_file(path)));
    } catch (const ResultError&) {
        throw;
    } catch (const std::exception& error) {
        throw ResultError(path, std::string("is damaged: ") + error.what());
    }
    // The files are replaced one after the other; a machine that stops between two of them leaves
    // a mixture, which these digests show.
    const std::vector<RunSummary> rows = read_runs(folder / "runs.csv");
    bool same = rows.size() == results.summaries.size();
    for (std::size_t i = 0; same && i < rows.size(); ++i) {
        const RunSummary& summary = results.summaries[i];
        same = rows[i].run == summary.run && rows[i].seed == summary.seed && rows[i].digest == summary.digest;
    }
    if (!same)
        throw ResultError(folder / "runs.csv", "does not belong to manifest.json beside it; run the scenario again");
    read_timing(folder / "timing.json", results);
    return results;
}

}  // namespace halfstep
