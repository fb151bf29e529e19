#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"
#include "json_names.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

Json key_json(const SweepKey& key) {
    Json texts = Json::array(), positions = Json::array();
    for (const SweepValue& value : key.values) {
        texts.push_back(value.text);
        positions.push_back(value.position);
    }
    return {{"key", key.key},
            {"scale", axis_scale_names[static_cast<std::size_t>(key.scale)]},
            {"values", texts},
            {"positions", positions}};
}

SweepKey key_from_json(const Json& json) {
    SweepKey key;
    json.at("key").get_to(key.key);
    const auto scale = json.at("scale").get<std::string>();
    for (std::size_t i = 0; i < axis_scale_names.size(); ++i)
        if (scale == axis_scale_names[i]) key.scale = static_cast<AxisScale>(i);
    const Json& texts = json.at("values");
    const Json& positions = json.at("positions");
    for (std::size_t i = 0; i < texts.size(); ++i)
        key.values.push_back({texts.at(i).get<std::string>(), positions.at(i).get<double>()});
    return key;
}

struct Comparison {
    const char* name;
    std::optional<double> MetricRange::*bound;
};
constexpr Comparison comparisons[] = {{"equals", &MetricRange::equals},
                                      {"below", &MetricRange::below},
                                      {"above", &MetricRange::above},
                                      {"at_most", &MetricRange::at_most},
                                      {"at_least", &MetricRange::at_least}};

Json rule_json(const VerdictRule& rule) {
    Json json = {{"name", rule.name}, {"metric", rule.when.metric}};
    for (const Comparison& c : comparisons)
        if (const auto& bound = rule.when.*c.bound) json[c.name] = *bound;
    return json;
}

VerdictRule rule_from_json(const Json& json) {
    VerdictRule rule{json.at("name").get<std::string>(), {}};
    json.at("metric").get_to(rule.when.metric);
    for (const Comparison& c : comparisons)
        if (json.contains(c.name)) rule.when.*c.bound = json.at(c.name).get<double>();
    return rule;
}

Json boundary_json(const BoundarySearch& search) {
    return {{"name", search.name},   {"axis", key_json(search.key)},
            {"swept", search.swept}, {"find", search.largest ? "largest" : "smallest"},
            {"holds", search.holds}, {"refine", search.refine},
            {"whole", search.whole}, {"resolution", search.resolution},
            {"seeds", search.seeds}, {"theory", search.theory}};
}

BoundarySearch boundary_from_json(const Json& json) {
    BoundarySearch search;
    json.at("name").get_to(search.name);
    search.key = key_from_json(json.at("axis"));
    json.at("swept").get_to(search.swept);
    search.largest = json.at("find") == "largest";
    json.at("holds").get_to(search.holds);
    json.at("refine").get_to(search.refine);
    json.at("whole").get_to(search.whole);
    json.at("resolution").get_to(search.resolution);
    json.at("seeds").get_to(search.seeds);
    json.at("theory").get_to(search.theory);
    return search;
}

Json point_json(const std::vector<std::pair<std::string, std::string>>& point) {
    Json json = Json::object();
    for (const auto& [key, text] : point) json[key] = text;
    return json;
}

}  // namespace

Json to_json(const Sweep& sweep) {
    Json json;
    json["axes"] = Json::array();
    for (const SweepAxis& axis : sweep.axes) {
        Json keys = Json::array();
        for (const SweepKey& key : axis.keys) keys.push_back(key_json(key));
        json["axes"].push_back(std::move(keys));
    }
    json["seeds"] = sweep.seeds;
    json["runs"] = sweep.runs;
    json["metrics"] = sweep.metrics;
    json["verdicts"] = Json::array();
    for (const VerdictRule& rule : sweep.verdicts) json["verdicts"].push_back(rule_json(rule));
    json["curves"] = sweep.curves;
    json["kept_series"] = Json::array();
    for (const auto& point : sweep.kept_series) json["kept_series"].push_back(point_json(point));
    json["boundaries"] = Json::array();
    for (const BoundarySearch& search : sweep.boundaries) json["boundaries"].push_back(boundary_json(search));
    json["theory"] = sweep.theory;
    json["size"] = sweep.size;
    return json;
}

Sweep sweep_from_json(const Json& json) {
    Sweep sweep;
    for (const Json& axis : json.at("axes")) {
        sweep.axes.emplace_back();
        for (const Json& key : axis) sweep.axes.back().keys.push_back(key_from_json(key));
        if (sweep.axes.back().keys.empty()) throw std::invalid_argument("an axis without keys");
    }
    json.at("seeds").get_to(sweep.seeds);
    json.at("runs").get_to(sweep.runs);
    json.at("metrics").get_to(sweep.metrics);
    for (const Json& rule : json.at("verdicts")) sweep.verdicts.push_back(rule_from_json(rule));
    json.at("curves").get_to(sweep.curves);
    for (const Json& point : json.at("kept_series")) {
        sweep.kept_series.emplace_back();
        for (const auto& [key, text] : point.items())
            sweep.kept_series.back().emplace_back(key, text.get<std::string>());
    }
    for (const Json& search : json.at("boundaries")) sweep.boundaries.push_back(boundary_from_json(search));
    json.at("theory").get_to(sweep.theory);
    json.at("size").get_to(sweep.size);
    return sweep;
}

}  // namespace halfstep
