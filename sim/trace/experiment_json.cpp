#include "experiment_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "halfstep/spec/json.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

double read_number(const Json& json) {
    if (!json.is_string()) return json.get<double>();
    const auto number = parse_number(json.get<std::string>());
    if (!number) throw std::invalid_argument(json.dump() + " is not a number, \"nan\", \"inf\" or \"-inf\"");
    return *number;
}

std::optional<Bound> read_bound(const Json& expectation, const char* comparison) {
    if (!expectation.contains(comparison)) return std::nullopt;
    const Json& json = expectation.at(comparison);
    if (!json.is_object()) return Bound{read_number(json), "", "", 1};
    return Bound{0, json.at("run").get<std::string>(), json.at("metric").get<std::string>(),
                 read_number(json.at("times"))};
}

Expectation read_expectation(const Json& json) {
    Expectation expectation;
    json.at("run").get_to(expectation.run);
    json.at("metric").get_to(expectation.metric);
    expectation.equals = read_bound(json, "equals");
    expectation.below = read_bound(json, "below");
    expectation.above = read_bound(json, "above");
    expectation.at_most = read_bound(json, "at_most");
    expectation.at_least = read_bound(json, "at_least");
    json.at("seeds").get_to(expectation.seeds);
    json.at("because").get_to(expectation.because);
    json.at("line").get_to(expectation.line);
    expectation.swept = json.contains("at");
    if (expectation.swept)
        for (const auto& [key, text] : json.at("at").items()) expectation.at.emplace_back(key, text.get<std::string>());
    return expectation;
}

}  // namespace

Experiment read_experiment(const Json& json) {
    Experiment experiment;
    json.at("name").get_to(experiment.name);
    json.at("title").get_to(experiment.title);
    json.at("claim").get_to(experiment.claim);
    json.at("source").get_to(experiment.source);
    json.at("teaches").get_to(experiment.teaches);
    json.at("predict").get_to(experiment.predict);
    experiment.file = json.value("file", "");
    experiment.changes = json.value("changes", "");
    json.at("seeds").get_to(experiment.seeds);
    for (const Json& run : json.at("runs")) experiment.runs.push_back(run_spec_from_json(run));
    for (const Json& expectation : json.at("expectations"))
        experiment.expectations.push_back(read_expectation(expectation));
    if (json.contains("sweep")) experiment.sweep = sweep_from_json(json.at("sweep"));
    return experiment;
}

}  // namespace halfstep
