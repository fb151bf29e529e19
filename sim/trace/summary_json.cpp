#include "summary_json.hpp"

#include "event_json.hpp"
#include "number_json.hpp"

namespace halfstep {

nlohmann::ordered_json summary_to_json(const RunSummary& summary) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const auto& [name, value] : summary.metrics) metrics[name] = number_to_json(value);
    return {{"run", summary.run},       {"seed", summary.seed},          {"steps", summary.steps},
            {"digest", summary.digest}, {"metrics", std::move(metrics)}, {"events", events_to_json(summary.events)}};
}

RunSummary summary_from_json(const nlohmann::ordered_json& json) {
    RunSummary summary;
    json.at("run").get_to(summary.run);
    json.at("seed").get_to(summary.seed);
    json.at("steps").get_to(summary.steps);
    json.at("digest").get_to(summary.digest);
    const auto& metrics = json.at("metrics");
    for (const auto& item : metrics.items())
        summary.metrics.emplace_back(item.key(), number_from_json(metrics, item.key()));
    summary.events = events_from_json(json.at("events"));
    return summary;
}

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace halfstep
