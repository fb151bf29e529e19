#include "summary_json.hpp"

#include <cmath>
#include <stdexcept>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {

nlohmann::ordered_json summary_to_json(const RunSummary& summary) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const auto& [name, value] : summary.metrics) {
        if (std::isfinite(value))
            metrics[name] = value;
        else
            metrics[name] = number_text(value);
    }
    return {{"run", summary.run},
            {"seed", summary.seed},
            {"steps", summary.steps},
            {"digest", summary.digest},
            {"metrics", std::move(metrics)}};
}

RunSummary summary_from_json(const nlohmann::ordered_json& json) {
    RunSummary summary;
    json.at("run").get_to(summary.run);
    json.at("seed").get_to(summary.seed);
    json.at("steps").get_to(summary.steps);
    json.at("digest").get_to(summary.digest);
    for (const auto& [name, value] : json.at("metrics").items()) {
        if (!value.is_string()) {
            summary.metrics.emplace_back(name, value.get<double>());
            continue;
        }
        const auto number = parse_number(value.get<std::string>());
        if (!number) throw std::invalid_argument("metric " + name + " is not a number, \"nan\", \"inf\" or \"-inf\"");
        summary.metrics.emplace_back(name, *number);
    }
    return summary;
}

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace halfstep
