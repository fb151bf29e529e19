#include <cmath>
#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"
#include "halfstep/spec/wording.hpp"
#include "json_names.hpp"

namespace halfstep {

namespace {

using Json = nlohmann::ordered_json;

Json number_json(double value) {
    return std::isfinite(value) ? Json(value) : Json(number_text(value));
}

Json numbers_json(const std::vector<double>& values) {
    Json list = Json::array();
    for (const double value : values) list.push_back(number_json(value));
    return list;
}

Json named_values_json(const std::vector<NamedValue>& values);

Json value_json(const Value& value) {
    struct Write {
        Json operator()(std::monostate) const { return nullptr; }
        Json operator()(bool b) const { return b; }
        Json operator()(std::int64_t i) const { return i; }
        Json operator()(double x) const { return number_json(x); }
        Json operator()(const std::string& text) const { return text; }
        Json operator()(const std::vector<Value>& list) const {
            Json json = Json::array();
            for (const Value& item : list) json.push_back(value_json(item));
            return json;
        }
        Json operator()(const Configured& configured) const { return to_json(configured); }
        Json operator()(const Entries& entries) const { return named_values_json(entries.items); }
    };
    return std::visit(Write{}, value.data);
}

Json named_values_json(const std::vector<NamedValue>& values) {
    Json json = Json::object();
    for (const NamedValue& named : values) json[named.name] = value_json(named.value);
    return json;
}

Json rounding_json(const RoleRounding& rounding) {
    if (!rounding) return "none";
    Json json = {{"format", rounding->format.name},
                 {"overflow", overflow_names[static_cast<std::size_t>(rounding->overflow)]},
                 {"subnormals", subnormals_names[static_cast<std::size_t>(rounding->subnormals)]},
                 {"rounding", rounding_modes()[static_cast<std::size_t>(rounding->mode)].name}};
    if (rounding->mode == RoundingMode::stochastic) json["random_bits"] = rounding->random_bits;
    if (rounding->subnormal_inputs == Subnormals::flush) json["subnormal_inputs"] = "flush";
    return json;
}

Json group_json(const ParameterGroup& group) {
    return {{"tensors", group.tensors},
            {"overrides", named_values_json(group.overrides)},
            {"exp_avg_mask", numbers_json(group.exp_avg_mask)},
            {"non_freeze", group.non_freeze}};
}

Json injection_json(const Injection& injection) {
    return {{"step", injection.step},
            {"worker", injection.worker},
            {"index", injection.index},
            {"value", number_json(injection.value)}};
}

Json watch_json(const Watch& watch) {
    return {{"name", watch.name}, {"text", watch.text}};
}

Json bound_json(const Bound& bound) {
    if (bound.run.empty()) return number_json(bound.constant);
    return {{"run", bound.run}, {"metric", bound.metric}, {"times", number_json(bound.factor)}};
}

Json expectation_json(const Expectation& expectation) {
    Json json = {{"run", expectation.run}, {"metric", expectation.metric}};
    const auto compare = [&](const char* word, const std::optional<Bound>& bound) {
        if (bound) json[word] = bound_json(*bound);
    };
    compare("equals", expectation.equals);
    compare("below", expectation.below);
    compare("above", expectation.above);
    compare("at_most", expectation.at_most);
    compare("at_least", expectation.at_least);
    json["seeds"] = expectation.seeds;
    json["because"] = expectation.because;
    json["line"] = expectation.line;
    if (!expectation.swept) return json;
    json["at"] = Json::object();
    for (const auto& [key, text] : expectation.at) json["at"][key] = text;
    return json;
}

}  // namespace

Json to_json(const Configured& configured) {
    Json json = {{"kind", configured.kind}};
    for (const NamedValue& parameter : configured.parameters) json[parameter.name] = value_json(parameter.value);
    return json;
}

Json to_json(const Precision& precision) {
    Json json = Json::object();
    for (const Role role : all_roles()) json[std::string(role_name(role))] = rounding_json(precision[role]);
    const Summation& sum = precision.summation;
    if (sum.order != SumOrder::ordered) {
        json["accumulator"]["sum"] = sum_orders()[static_cast<std::size_t>(sum.order)];
        if (sum.order != SumOrder::kahan) json["accumulator"]["chunk"] = sum.chunk;
    }
    return json;
}

Json to_json(const RunSpec& spec) {
    Json json = {{"scenario", spec.scenario}, {"run", spec.run},     {"model", to_json(spec.model)},
                 {"workers", spec.workers},   {"batch", spec.batch}, {"optimizer", to_json(spec.optimizer)}};
    json["lr_values"] = numbers_json(spec.lr_values);
    json["groups"] = Json::array();
    for (const ParameterGroup& group : spec.groups) json["groups"].push_back(group_json(group));
    json["engine"] = to_json(spec.engine);
    json["loss_scale"] = to_json(spec.loss_scale);
    if (spec.is_program()) json["program"] = to_json(spec.program);
    json["preset"] = spec.preset;
    json["precision"] = to_json(spec.precision);
    json["arithmetic"] = arithmetic_names[static_cast<std::size_t>(spec.arithmetic)];
    json["steps"] = spec.steps;
    json["record_every"] = spec.record_every;
    json["evaluate_every"] = spec.evaluate_every;
    json["trace_every"] = spec.trace_every;
    json["reference"] = spec.reference ? arithmetic_names[static_cast<std::size_t>(*spec.reference)] : "none";
    json["watches"] = Json::array();
    for (const Watch& watch : spec.watches) json["watches"].push_back(watch_json(watch));
    json["injections"] = Json::array();
    for (const Injection& injection : spec.injections) json["injections"].push_back(injection_json(injection));
    json["reload_at"] = spec.reload_at;
    return json;
}

Json to_json(const Experiment& experiment) {
    Json json = {{"name", experiment.name},     {"title", experiment.title},     {"claim", experiment.claim},
                 {"source", experiment.source}, {"teaches", experiment.teaches}, {"predict", experiment.predict}};
    json["file"] = experiment.file;
    json["changes"] = experiment.changes;
    json["seeds"] = experiment.seeds;
    json["runs"] = Json::array();
    for (const RunSpec& run : experiment.runs) json["runs"].push_back(to_json(run));
    json["expectations"] = Json::array();
    for (const Expectation& expectation : experiment.expectations)
        json["expectations"].push_back(expectation_json(expectation));
    if (experiment.sweep) json["sweep"] = to_json(*experiment.sweep);
    return json;
}

}  // namespace halfstep
