#include "config_input.hpp"

#include <algorithm>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/scenario/config_scenario.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {

StartArguments start_arguments(const ConfigOptions& options) {
    StartArguments arguments;
    arguments.world_size = options.world_size;
    arguments.client_optimizer = options.client_optimizer;
    arguments.client_scheduler = options.client_scheduler;
    arguments.apex = !options.without_apex;
    arguments.overridden = options.overridden;
    for (const std::string& id : options.overridden) {
        if (find_config_rule(id)) continue;
        std::vector<std::string> ids;
        for (const Rule* rule : config_rules())
            if (rule->severity == Severity::error) ids.push_back(rule->id);
        throw InputError("--override: " + unknown_name("rule", id, ids));
    }
    return arguments;
}

std::string line_of(const ConfigFile& file, const Finding& finding) {
    // What DeepSpeed accepts in silence is worth an info.
    const Severity severity = finding.rule->severity == Severity::silent ? Severity::info : finding.rule->severity;
    return file.locate(finding.place).text() + ": " + std::string(severity_name(severity)) + " " + finding.rule->id +
           " " + in_quotes(finding.key).substr(1, in_quotes(finding.key).size() - 2) + ": " + finding.message();
}

Scenario load_config(std::string_view text, const std::string& path, const ConfigOptions& options,
                     const Overrides& overrides) {
    const ConfigFile file = read_config(text, path);
    const ConfigReport report = check_config(file, start_arguments(options));
    std::string refusal;
    for (const Finding& finding : report.findings) {
        const auto& past = options.overridden;
        if (finding.rule->severity == Severity::error &&
            std::find(past.begin(), past.end(), finding.rule->id) == past.end())
            refusal += line_of(file, finding) + "\n";
    }
    if (!refusal.empty())
        throw ConfigRefused(refusal + path + ": not run: DeepSpeed would not start; --override RULE shows what would " +
                            "happen if it did");
    return load_config_scenario(file, report, builtin_catalogue(), options.model, overrides);
}

std::string in_words(const ConfigOptions& options) {
    std::string words;
    if (options.world_size > 0) add_word(words, "--world-size", std::to_string(options.world_size));
    if (!options.client_optimizer.empty()) add_word(words, "--client-optimizer", options.client_optimizer);
    if (!options.client_scheduler.empty()) add_word(words, "--client-scheduler", options.client_scheduler);
    if (options.without_apex) words += words.empty() ? "--without-apex" : " --without-apex";
    if (options.model != ConfigOptions().model) add_word(words, "--model", options.model);
    for (const std::string& id : options.overridden) add_word(words, "--override", id);
    return words;
}

std::vector<std::string> notes_of(const Scenario& scenario) {
    std::vector<std::string> notes;
    for (const std::string& warning : recipe_warnings(scenario.experiment)) notes.push_back("warning: " + warning);
    for (const std::string& note : scenario.notes) notes.push_back("note: " + note);
    for (const std::string& note : lost_constants(scenario.experiment)) notes.push_back("note: " + note);
    return notes;
}

}  // namespace halfstep
