// halfstep check: scenarios are parsed and built; DeepSpeed configurations are held against the rules
// of DeepSpeed's start-up.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "config_input.hpp"
#include "halfstep/run/recipe_check.hpp"
#include "halfstep/spec/wording.hpp"
#include "input.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::size_t count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// "comes up as OnebitAdam in fp16-fused, float16"
std::string state_text(const StartedState& state) {
    std::string text = "comes up " + (state.optimizer.empty() ? "without an optimizer" : "with " + state.optimizer);
    text += " in wrapper " + state.wrapper + ", model " + state.model_dtype + ", loss scaler " + state.loss_scaler.kind;
    if (state.loss_scaler.kind != "none" && state.loss_scaler.kind != "apex")
        text += " from " + number_text(state.loss_scaler.initial_scale);
    return text;
}

void print_report(const ConfigFile& file, const ConfigReport& report) {
    for (const Finding& finding : report.findings) std::printf("%s\n", line_of(file, finding).c_str());
    for (const Finding& finding : report.silent) std::printf("%s\n", line_of(file, finding).c_str());
    std::string summary = counted(report.count(Severity::error), "error") + ", " +
                          counted(report.count(Severity::warning), "warning") + ", " +
                          std::to_string(report.silent.size() + report.count(Severity::info)) + " info; on " +
                          counted(std::size_t(report.world_size), "rank") +
                          (report.world_size_given ? "" : " (as the batch numbers ask; --world-size changes it)");
    if (report.has_error())
        summary += ", DeepSpeed would not start";
    else if (report.resolved)
        summary += ", it " + state_text(*report.resolved);
    std::printf("%s: %s\n", file.name.c_str(), summary.c_str());
}

int check_configuration(const std::string& text, const std::string& path, const ConfigOptions& options, Json& json) {
    const ConfigFile file = read_config(text, path);
    const ConfigReport report = check_config(file, start_arguments(options));
    if (options.json)
        json = to_json(report);
    else
        print_report(file, report);
    return report.has_error() ? 1 : 0;
}

int check_scenario(const std::string& path, const ConfigOptions& options, Json& json) {
    const Scenario scenario = load_checked(path, {}, {});
    const Experiment& e = scenario.experiment;
    if (options.json) {
        json = {{"findings", Json::array()}, {"resolved", {{"runs", e.runs.size()}, {"seeds", e.seeds.size()}}}};
        for (const RunSpec& run : e.runs)
            for (const RecipeFinding& f : recipe_findings(run))
                json["findings"].push_back({{"rule", f.rule},
                                            {"severity", f.refused && !f.overridden ? "error" : "warning"},
                                            {"key", f.key},
                                            {"message", f.message},
                                            {"run", run.run}});
        return 0;
    }
    std::printf("%s: fine: %s x %s, %s\n", path.c_str(), counted(e.runs.size(), "run").c_str(),
                counted(e.seeds.size(), "seed").c_str(), counted(e.expectations.size(), "expectation").c_str());
    if (e.sweep) std::printf("  sweep: %lld runs\n", static_cast<long long>(e.sweep->size));
    for (const std::string& note : notes_of(scenario)) std::printf("  %s\n", note.c_str());
    return 0;
}

}  // namespace

int check_command(const std::vector<std::string>& files, const ConfigOptions& options) {
    int status = 0;
    Json all = Json::array();
    for (const std::string& path : files) {
        Json json;
        try {
            const std::string text = read_file(path, config_limit);
            const int one = looks_like_config(text, path) ? check_configuration(text, path, options, json)
                                                          : check_scenario(path, options, json);
            status = std::max(status, one);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "%s\n", e.what());
            status = 2;
            continue;
        }
        if (files.size() > 1) json["file"] = path;
        all.push_back(std::move(json));
    }
    // One file: its object; several: a list of them, each with its file.
    if (options.json && !all.empty())
        std::printf("%s\n",
                    (files.size() == 1 ? all[0] : all).dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return status;
}

}  // namespace halfstep
