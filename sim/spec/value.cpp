#include "halfstep/spec/value.hpp"

#include <optional>
#include <stdexcept>

namespace halfstep {

namespace {

const Value* find_value(const std::vector<NamedValue>& values, std::string_view name) {
    for (const NamedValue& named : values)
        if (named.name == name) return &named.value;
    return nullptr;
}
const Value* find(const Configured& configured, std::string_view name) {
    return find_value(configured.parameters, name);
}

[[noreturn]] void promise_broken(const Configured& configured, std::string_view name, const char* wanted) {
    throw std::logic_error("parameter \"" + std::string(name) + "\" of \"" + configured.kind + "\" is not " + wanted);
}

template <class T>
const T& get(const Configured& configured, std::string_view name, const char* wanted) {
    const Value* value = find(configured, name);
    const T* held = value ? std::get_if<T>(&value->data) : nullptr;
    if (!held) promise_broken(configured, name, wanted);
    return *held;
}

std::optional<double> as_number(const Value& value) {
    if (const auto* x = std::get_if<double>(&value.data)) return *x;
    if (const auto* i = std::get_if<std::int64_t>(&value.data)) return static_cast<double>(*i);
    return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value.data)) return *i;
    return std::nullopt;
}

std::optional<std::string> as_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
    return std::nullopt;
}

// A list of what `element` reads, or one such value as a list of one.
template <class Element>
auto get_list(const Configured& configured, std::string_view name, Element element, const char* wanted) {
    using T = typename decltype(element(Value{}))::value_type;
    const Value* value = find(configured, name);
    if (!value) promise_broken(configured, name, wanted);
    std::vector<T> result;
    if (const auto single = element(*value)) {
        result.push_back(*single);
        return result;
    }
    const auto* list = std::get_if<std::vector<Value>>(&value->data);
    if (!list) promise_broken(configured, name, wanted);
    result.reserve(list->size());
    for (const Value& item : *list) {
        const auto held = element(item);
        if (!held) promise_broken(configured, name, wanted);
        result.push_back(*held);
    }
    return result;
}

}  // namespace

bool Entries::operator==(const Entries& other) const {
    return items == other.items;
}

const Value* Entries::find(std::string_view name) const {
    return find_value(items, name);
}

bool Configured::operator==(const Configured& other) const {
    return kind == other.kind && parameters == other.parameters;
}

bool Configured::has(std::string_view name) const {
    const Value* value = find(*this, name);
    return value && !value->empty();
}

bool Configured::boolean(std::string_view name) const {
    return get<bool>(*this, name, "true or false");
}

std::int64_t Configured::integer(std::string_view name) const {
    return get<std::int64_t>(*this, name, "an integer");
}

double Configured::number(std::string_view name) const {
    const Value* value = find(*this, name);
    const auto held = value ? as_number(*value) : std::nullopt;
    if (!held) promise_broken(*this, name, "a number");
    return *held;
}

const std::string& Configured::text(std::string_view name) const {
    return get<std::string>(*this, name, "a text");
}

std::vector<double> Configured::numbers(std::string_view name) const {
    return get_list(*this, name, as_number, "a list of numbers");
}

std::vector<std::int64_t> Configured::integers(std::string_view name) const {
    return get_list(*this, name, as_integer, "a list of integers");
}

std::vector<std::string> Configured::texts(std::string_view name) const {
    return get_list(*this, name, as_text, "a list of texts");
}

std::vector<std::vector<double>> Configured::table(std::string_view name) const {
    std::vector<std::vector<double>> rows;
    for (const Value& row : get<std::vector<Value>>(*this, name, "a list of lists of numbers")) {
        const auto* items = std::get_if<std::vector<Value>>(&row.data);
        if (!items) promise_broken(*this, name, "a list of lists of numbers");
        std::vector<double>& numbers = rows.emplace_back();
        numbers.reserve(items->size());
        for (const Value& item : *items) {
            const auto held = as_number(item);
            if (!held) promise_broken(*this, name, "a list of lists of numbers");
            numbers.push_back(*held);
        }
    }
    return rows;
}

const Configured& Configured::configured(std::string_view name) const {
    return get<Configured>(*this, name, "a table with a kind");
}

const Entries& Configured::entries(std::string_view name) const {
    return get<Entries>(*this, name, "a table of names");
}

void Configured::set(std::string_view name, Value value) {
    for (NamedValue& parameter : parameters) {
        if (parameter.name == name) {
            parameter.value = std::move(value);
            return;
        }
    }
    parameters.push_back({std::string(name), std::move(value)});
}

}  // namespace halfstep
