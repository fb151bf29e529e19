#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "halfstep/spec/json.hpp"
#include "halfstep/spec/wording.hpp"
#include "json_names.hpp"

namespace halfstep {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& where, const std::string& message) {
    throw std::invalid_argument(where + ": " + message);
}

// A JSON object whose keys are exactly `keys`, and of `optional` any.
const Json& object(const Json& json, const std::string& where, std::initializer_list<const char*> keys,
                   std::initializer_list<const char*> optional = {}) {
    if (!json.is_object()) fail(where, "not an object");
    for (const char* key : keys)
        if (!json.contains(key)) fail(where, "missing " + in_quotes(key));
    std::vector<std::string> known(keys.begin(), keys.end());
    known.insert(known.end(), optional.begin(), optional.end());
    for (const auto& item : json.items())
        if (std::find(known.begin(), known.end(), item.key()) == known.end())
            fail(where, unknown_name("key", item.key(), known));
    return json;
}

double number(const Json& json, const std::string& where) {
    if (json.is_number()) return json.get<double>();
    if (json == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (json == "inf") return std::numeric_limits<double>::infinity();
    if (json == "-inf") return -std::numeric_limits<double>::infinity();
    fail(where, "not a number");
}

template <class T>
T integer(const Json& json, const std::string& where) {
    if (!json.is_number_integer()) fail(where, "not an integer");
    if (json.is_number_unsigned() ? !std::in_range<T>(json.get<std::uint64_t>())
                                  : !std::in_range<T>(json.get<std::int64_t>()))
        fail(where, "out of range");
    return json.get<T>();
}

std::string text(const Json& json, const std::string& where) {
    if (!json.is_string()) fail(where, "not a string");
    return json.get<std::string>();
}

bool boolean(const Json& json, const std::string& where) {
    if (!json.is_boolean()) fail(where, "neither true nor false");
    return json.get<bool>();
}

template <class Read>
auto list(const Json& json, const std::string& where, Read read) {
    if (!json.is_array()) fail(where, "not a list");
    std::vector<decltype(read(json, where))> result;
    for (std::size_t i = 0; i < json.size(); ++i)
        result.push_back(read(json[i], where + "[" + std::to_string(i) + "]"));
    return result;
}

template <std::size_t N>
std::size_t choice(const Json& json, const std::string& where, const std::array<const char*, N>& names) {
    const std::string word = text(json, where);
    for (std::size_t i = 0; i < N; ++i)
        if (word == names[i]) return i;
    fail(where, unknown_name("word", word, std::vector<std::string>(names.begin(), names.end())));
}

Configured configured(const Json& json, const std::string& where);
std::vector<NamedValue> named_values(const Json& json, const std::string& where);

Value value(const Json& json, const std::string& where) {
    if (json.is_null()) return {};
    if (json.is_boolean()) return {json.get<bool>()};
    if (json.is_number_integer()) return {integer<std::int64_t>(json, where)};
    if (json.is_number()) return {json.get<double>()};
    if (json.is_string()) return {json.get<std::string>()};
    if (json.is_array()) return {list(json, where, value)};
    if (json.empty() || json.items().begin().key() != "kind") return {Entries{named_values(json, where)}};
    return {configured(json, where)};
}

std::vector<NamedValue> named_values(const Json& json, const std::string& where) {
    if (!json.is_object()) fail(where, "not an object");
    std::vector<NamedValue> values;
    for (const auto& item : json.items()) values.push_back({item.key(), value(item.value(), where + "." + item.key())});
    return values;
}

Configured configured(const Json& json, const std::string& where) {
    std::vector<NamedValue> values = named_values(json, where);
    if (values.empty() || values.front().name != "kind") fail(where, "does not begin with \"kind\"");
    Configured result;
    result.kind = text(json.at("kind"), where + ".kind");
    result.parameters.assign(std::make_move_iterator(values.begin() + 1), std::make_move_iterator(values.end()));
    return result;
}

// Of the accumulator only; written where it is not ordered.
Summation summation(const Json& json, const std::string& where) {
    Summation result;
    if (!json.is_object() || !json.contains("sum")) return result;
    const auto names = sum_orders();
    const auto found = std::find(names.begin(), names.end(), text(json["sum"], where + ".sum"));
    if (found == names.end()) fail(where, "unknown order of sums " + json["sum"].dump());
    result.order = static_cast<SumOrder>(found - names.begin());
    if (json.contains("chunk")) result.chunk = integer<int>(json["chunk"], where + ".chunk");
    if (result.chunk < 1 || (result.order == SumOrder::fused && result.chunk > most_fused_terms))
        fail(where + ".chunk", "out of range: " + std::to_string(result.chunk));
    return result;
}

RoleRounding rounding(const Json& json, const std::string& where, bool sums) {
    if (json == "none") return std::nullopt;
    if (sums)
        object(json, where, {"format", "overflow", "subnormals", "rounding"},
               {"random_bits", "subnormal_inputs", "sum", "chunk"});
    else
        object(json, where, {"format", "overflow", "subnormals", "rounding"}, {"random_bits", "subnormal_inputs"});
    const auto format = find_format(text(json["format"], where + ".format"));
    if (!format) fail(where, "unknown format " + json["format"].dump());
    const auto mode = find_rounding_mode(text(json["rounding"], where + ".rounding"));
    if (!mode) fail(where, "unknown rounding mode " + json["rounding"].dump());
    Rounding result{*format, static_cast<Overflow>(choice(json["overflow"], where + ".overflow", overflow_names)),
                    static_cast<Subnormals>(choice(json["subnormals"], where + ".subnormals", subnormals_names)),
                    *mode};
    if (json.contains("random_bits")) result.random_bits = integer<int>(json["random_bits"], where + ".random_bits");
    if (json.contains("subnormal_inputs"))
        result.subnormal_inputs =
            static_cast<Subnormals>(choice(json["subnormal_inputs"], where + ".subnormal_inputs", subnormals_names));
    return result;
}

Precision precision(const Json& json, const std::string& where) {
    if (!json.is_object() || json.size() != role_count) fail(where, "does not have every role once");
    Precision result;
    for (const Role role : all_roles()) {
        const std::string name(role_name(role));
        if (!json.contains(name)) fail(where, "missing " + in_quotes(name));
        const bool sums = role == Role::accumulator;
        result[role] = rounding(json[name], where + "." + name, sums);
        if (sums) result.summation = summation(json[name], where + "." + name);
    }
    return result;
}

ParameterGroup group(const Json& json, const std::string& where) {
    object(json, where, {"tensors", "overrides", "exp_avg_mask", "non_freeze"});
    return {list(json["tensors"], where + ".tensors", integer<int>),
            named_values(json["overrides"], where + ".overrides"),
            list(json["exp_avg_mask"], where + ".exp_avg_mask", number),
            boolean(json["non_freeze"], where + ".non_freeze")};
}

Injection injection(const Json& json, const std::string& where) {
    object(json, where, {"step", "worker", "index", "value"});
    return {integer<std::int64_t>(json["step"], where + ".step"), integer<int>(json["worker"], where + ".worker"),
            integer<std::int64_t>(json["index"], where + ".index"), number(json["value"], where + ".value")};
}

Watch watch(const Json& json, const std::string& where) {
    object(json, where, {"name", "text"});
    return {text(json["name"], where + ".name"), text(json["text"], where + ".text")};
}

}  // namespace

RunSpec run_spec_from_json(const Json& json) {
    object(json, "run specification",
           {"scenario", "run", "model", "workers", "batch", "optimizer", "lr_values", "groups", "engine", "loss_scale",
            "preset", "precision", "arithmetic", "steps", "record_every", "evaluate_every", "injections", "reload_at"},
           {"trace_every", "reference", "watches", "program"});
    RunSpec spec;
    spec.scenario = text(json["scenario"], "scenario");
    spec.run = text(json["run"], "run");
    spec.model = configured(json["model"], "model");
    spec.workers = integer<int>(json["workers"], "workers");
    spec.batch = integer<int>(json["batch"], "batch");
    spec.optimizer = configured(json["optimizer"], "optimizer");
    spec.lr_values = list(json["lr_values"], "lr_values", number);
    spec.groups = list(json["groups"], "groups", group);
    spec.engine = configured(json["engine"], "engine");
    spec.loss_scale = configured(json["loss_scale"], "loss_scale");
    if (json.contains("program")) spec.program = configured(json["program"], "program");
    spec.preset = text(json["preset"], "preset");
    spec.precision = precision(json["precision"], "precision");
    spec.arithmetic = static_cast<Arithmetic>(choice(json["arithmetic"], "arithmetic", arithmetic_names));
    spec.steps = integer<std::int64_t>(json["steps"], "steps");
    spec.record_every = integer<std::int64_t>(json["record_every"], "record_every");
    spec.evaluate_every = integer<std::int64_t>(json["evaluate_every"], "evaluate_every");
    // Results of before these existed traced nothing and had no reference.
    spec.trace_every = json.contains("trace_every") ? integer<std::int64_t>(json["trace_every"], "trace_every") : -1;
    if (json.contains("reference") && json["reference"] != "none")
        spec.reference = static_cast<Arithmetic>(choice(json["reference"], "reference", arithmetic_names));
    // Results of before there were watches have none.
    if (json.contains("watches")) spec.watches = list(json["watches"], "watches", watch);
    spec.injections = list(json["injections"], "injections", injection);
    spec.reload_at = list(json["reload_at"], "reload_at", integer<std::int64_t>);
    return spec;
}

}  // namespace halfstep
