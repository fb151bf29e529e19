#include "halfstep/spec/schema.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/spec/wording.hpp"

namespace halfstep {

namespace {

// Integers up to here are binary64 numbers, so reading one as a number changes nothing.
constexpr std::int64_t largest_exact_integer = std::int64_t{1} << 53;

bool accepts(const Parameter& parameter, ValueType type) {
    return std::find(parameter.accepts.begin(), parameter.accepts.end(), type) != parameter.accepts.end();
}

bool is_integer(const Range& range, const Value& value) {
    const auto* i = std::get_if<std::int64_t>(&value.data);
    return i && range.contains(static_cast<double>(*i));
}

bool is_number(const Range& range, const Value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value.data))
        return *i >= -largest_exact_integer && *i <= largest_exact_integer && range.contains(static_cast<double>(*i));
    const auto* x = std::get_if<double>(&value.data);
    return x && std::isfinite(*x) && range.contains(*x);
}

template <class Check>
bool is_list(const Value& value, Check check) {
    const auto* list = std::get_if<std::vector<Value>>(&value.data);
    return list && std::all_of(list->begin(), list->end(), check);
}

// What an entry of a table of free names may be; `depth` more tables may stand inside.
bool is_entry(const Value& value, int depth);

bool is_table_of_names(const Value& value, int depth) {
    const auto* entries = std::get_if<Entries>(&value.data);
    return entries && std::all_of(entries->items.begin(), entries->items.end(), [&](const NamedValue& item) {
               return is_free_name(item.name) && is_entry(item.value, depth);
           });
}

bool is_entry(const Value& value, int depth) {
    const auto number = [](const Value& v) { return is_number({}, v); };
    const auto row = [&](const Value& v) { return number(v) || is_list(v, number); };
    return number(value) || std::holds_alternative<bool>(value.data) ||
           std::holds_alternative<std::string>(value.data) || is_list(value, row) ||
           (depth > 0 && is_table_of_names(value, depth - 1));
}

bool fits(const Parameter& parameter, ValueType type, const Value& value) {
    const auto integer = [&](const Value& v) { return is_integer(parameter.range, v); };
    const auto number = [&](const Value& v) { return is_number(parameter.range, v); };
    switch (type) {
        case ValueType::boolean:
            return std::holds_alternative<bool>(value.data);
        case ValueType::integer:
            return integer(value);
        case ValueType::number:
            return number(value);
        case ValueType::text: {
            const auto* text = std::get_if<std::string>(&value.data);
            const auto& choices = parameter.choices;
            return text && (choices.empty() || std::find(choices.begin(), choices.end(), *text) != choices.end());
        }
        case ValueType::texts:
            return is_list(value, [&](const Value& item) { return fits(parameter, ValueType::text, item); });
        case ValueType::numbers:
            return is_list(value, number);
        case ValueType::integers:
            return is_list(value, integer);
        case ValueType::table:
            return is_list(value, [&](const Value& row) { return is_list(row, number); });
        case ValueType::configured: {
            const auto* configured = std::get_if<Configured>(&value.data);
            return configured && !configured->kind.empty();
        }
        case ValueType::entries:
            return is_table_of_names(value, 1);
    }
    return false;
}

std::string quoted(const std::vector<std::string>& choices) {
    std::string words;
    for (const std::string& choice : choices) words += (words.empty() ? "" : ", ") + in_quotes(choice);
    return words;
}

std::string describe(const Parameter& parameter, ValueType type) {
    const std::string range = parameter.range.describe();
    const std::string single = range.empty() ? "" : " " + range;
    const std::string each = range.empty() ? "" : ", each " + range;
    switch (type) {
        case ValueType::boolean:
            return "true or false";
        case ValueType::integer:
            return "an integer" + single;
        case ValueType::number:
            return "a number" + single;
        case ValueType::text:
            if (parameter.choices.empty()) return "a text";
            return (parameter.choices.size() > 1 ? "one of " : "") + quoted(parameter.choices);
        case ValueType::texts:
            return parameter.choices.empty() ? "a list of texts" : "a list with any of " + quoted(parameter.choices);
        case ValueType::numbers:
            return "a list of numbers" + each;
        case ValueType::integers:
            return "a list of integers" + each;
        case ValueType::table:
            return "a list of lists of numbers" + each;
        case ValueType::configured:
            return parameter.family.empty() ? "a table with a kind" : "a table with a kind of " + parameter.family;
        case ValueType::entries:
            return "a table of names, each a number, a text, a list or a table";
    }
    return {};
}

// A number written without a decimal point is stored as what it means, so that `lr = 1` and
// `lr = 1.0` are the same specification.
void widen(const Parameter& parameter, Value& value) {
    const auto widen_one = [](Value& v) {
        if (const auto* i = std::get_if<std::int64_t>(&v.data)) v.data = static_cast<double>(*i);
    };
    const auto widen_list = [&](std::vector<Value>& list) {
        for (Value& item : list) {
            widen_one(item);
            if (auto* row = std::get_if<std::vector<Value>>(&item.data))
                for (Value& entry : *row) widen_one(entry);
        }
    };
    if (auto* entries = std::get_if<Entries>(&value.data)) {
        for (NamedValue& item : entries->items) {
            widen_one(item.value);
            if (auto* list = std::get_if<std::vector<Value>>(&item.value.data)) widen_list(*list);
            if (std::holds_alternative<Entries>(item.value.data)) widen(parameter, item.value);
        }
    } else if (auto* list = std::get_if<std::vector<Value>>(&value.data)) {
        if (accepts(parameter, ValueType::integers)) return;
        widen_list(*list);
    } else if (accepts(parameter, ValueType::number) && !accepts(parameter, ValueType::integer)) {
        widen_one(value);
    }
}

std::string refusal(const Parameter& parameter, const Value& value, const std::string& accepted) {
    std::string message = "found " + describe(value);
    if (const auto* text = std::get_if<std::string>(&value.data)) {
        if (const auto nearest = nearest_name(*text, parameter.choices))
            return message + "; did you mean " + in_quotes(*nearest) + "? Accepted: " + accepted;
    }
    return message + "; accepted: " + accepted;
}

}  // namespace

bool Range::contains(double x) const {
    return (lowest_excluded ? x > lowest : x >= lowest) && (highest_excluded ? x < highest : x <= highest);
}

std::string Range::describe() const {
    const bool from = lowest > -std::numeric_limits<double>::infinity();
    const bool to = highest < std::numeric_limits<double>::infinity();
    if (from && to && !lowest_excluded && !highest_excluded)
        return "from " + number_text(lowest) + " to " + number_text(highest);
    std::string text;
    if (from) text += (lowest_excluded ? "above " : "at least ") + number_text(lowest);
    if (from && to) text += " and ";
    if (to) text += (highest_excluded ? "below " : "at most ") + number_text(highest);
    return text;
}

const KindSchema* find_kind(const std::vector<KindSchema>& kinds, std::string_view name) {
    for (const KindSchema& kind : kinds)
        if (kind.name == name) return &kind;
    return nullptr;
}

const Parameter* find_parameter(const KindSchema& kind, std::string_view name) {
    for (const Parameter& parameter : kind.parameters)
        if (parameter.name == name) return &parameter;
    return nullptr;
}

const std::vector<KindSchema>* find_family(const Catalogue& catalogue, std::string_view family) {
    if (family == "model") return &catalogue.models;
    if (family == "data") return &catalogue.data;
    if (family == "optimizer") return &catalogue.optimizers;
    if (family == "loss_scale") return &catalogue.loss_scalers;
    if (family == "engine") return &catalogue.engines;
    if (family == "compressor") return &catalogue.compressors;
    return nullptr;
}

bool is_free_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front()) && name != "kind" &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<std::string> refuse(const Parameter& parameter, const Value& value) {
    const bool optional = parameter.default_value && parameter.default_value->empty();
    if (optional && value.empty()) return std::nullopt;
    std::string accepted;
    for (const ValueType type : parameter.accepts) {
        if (fits(parameter, type, value)) return std::nullopt;
        accepted += (accepted.empty() ? "" : ", or ") + describe(parameter, type);
    }
    return accepted;
}

Configured configure(const KindSchema& kind, std::vector<NamedValue> given) {
    // Unknown names first: a misspelt required parameter is better called misspelt than missing.
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string& name = given[i].name;
        if (!find_parameter(kind, name)) {
            std::vector<std::string> names;
            for (const Parameter& parameter : kind.parameters) names.push_back(parameter.name);
            throw SchemaError(SchemaError::Fault::unknown, name,
                              in_quotes(kind.name) + ": " + unknown_name("parameter", name, names));
        }
        for (std::size_t j = 0; j < i; ++j)
            if (given[j].name == name)
                throw SchemaError(SchemaError::Fault::duplicate, name,
                                  in_quotes(kind.name) + ": " + in_quotes(name) + " is given twice");
    }
    Configured result;
    result.kind = kind.name;
    for (const Parameter& parameter : kind.parameters) {
        std::optional<Value> value = parameter.default_value;
        for (NamedValue& named : given) {
            if (named.name != parameter.name) continue;
            if (const auto accepted = refuse(parameter, named.value))
                throw SchemaError(SchemaError::Fault::refused, parameter.name,
                                  refusal(parameter, named.value, *accepted));
            value = std::move(named.value);
            widen(parameter, *value);
        }
        if (!value)
            throw SchemaError(SchemaError::Fault::missing, parameter.name,
                              "missing " + in_quotes(parameter.name) +
                                  "; accepted: " + refuse(parameter, Value{}).value_or("") +
                                  (parameter.doc.empty() ? "" : " (" + parameter.doc + ")"));
        result.parameters.push_back({parameter.name, std::move(*value)});
    }
    return result;
}

}  // namespace halfstep
