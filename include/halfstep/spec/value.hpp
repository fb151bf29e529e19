// Plain values of a specification: what a scenario file, a recording or a default can say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace halfstep {

struct NamedValue;
struct Value;

// A table whose names are free, such as the constants of a formula.
struct Entries {
    std::vector<NamedValue> items;
    bool operator==(const Entries&) const;
    const Value* find(std::string_view name) const;  // nullptr when absent
};

// A chosen kind ("adam", "spirals") with every parameter its schema lists, defaults included,
// in the schema's order.
struct Configured {
    std::string kind;
    std::vector<NamedValue> parameters;
    bool operator==(const Configured&) const;

    bool has(std::string_view name) const;  // present and not empty (optional parameters may be empty)
    // The parameter of that name in the type asked for. A name or type the schema does not
    // promise is a mistake of the caller: std::logic_error.
    bool boolean(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    double number(std::string_view name) const;
    const std::string& text(std::string_view name) const;
    std::vector<double> numbers(std::string_view name) const;  // a list, or a single number as a list of one
    std::vector<std::int64_t> integers(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    std::vector<std::vector<double>> table(std::string_view name) const;
    const Configured& configured(std::string_view name) const;
    const Entries& entries(std::string_view name) const;
    void set(std::string_view name, Value value);  // replaces, or appends when absent
};

// std::monostate is "not given" of an optional parameter.
struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Value>, Configured, Entries> data;
    bool operator==(const Value&) const = default;
    bool empty() const { return std::holds_alternative<std::monostate>(data); }
};

struct NamedValue {
    std::string name;
    Value value;
    bool operator==(const NamedValue&) const = default;
};

}  // namespace halfstep
