// What a kind of model, optimizer, scaler, engine or data set accepts: the rows of the registries
// carry these, the scenario parser checks against them, and `halfstep list` prints them.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/value.hpp"

namespace halfstep {

enum class ValueType {
    boolean,
    integer,
    number,      // an integer is accepted where a number is
    text,        // one of `choices` when there are any
    numbers,     // list of numbers
    integers,    // list of integers
    table,       // list of lists of numbers, rows may differ in length
    configured,  // an inline table with a `kind` of `family`
};

// An inclusive or exclusive range that every number inside the value has to meet.
struct Range {
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
    bool lowest_excluded = false;
    bool highest_excluded = false;
    bool contains(double x) const;
    std::string describe() const;  // "at least 1", "above 0 and below 1", ...
    static Range at_least(double x) { return {.lowest = x}; }
    static Range above(double x) { return {.lowest = x, .lowest_excluded = true}; }
    static Range between(double a, double b) { return {.lowest = a, .highest = b}; }
    static Range unit_half_open() { return {.lowest = 0, .highest = 1, .highest_excluded = true}; }  // [0, 1)
};

struct Parameter {
    std::string name;
    std::vector<ValueType> accepts;      // any of these
    std::optional<Value> default_value;  // nullopt: required; monostate: optional, absent
    std::string doc;                     // meaning, unit, source
    Range range = {};
    std::vector<std::string> choices = {};
    std::string family = {};  // of a `configured` parameter: which list of kinds ("data")
};

using Schema = std::vector<Parameter>;

struct KindSchema {
    std::string name;
    std::string summary;
    Schema parameters;
};

// Everything a scenario can choose by kind. The registries fill it (run/catalogue.hpp); the parser
// is handed it and knows no model or optimizer itself.
struct Catalogue {
    std::vector<KindSchema> models, data, optimizers, loss_scalers, engines;
};

const KindSchema* find_kind(const std::vector<KindSchema>& kinds, std::string_view name);

// The kind with every parameter at its default. Required parameters must be in `given`; used by
// replay and tests. Throws std::invalid_argument with a sentence for anything the schema refuses.
Configured configure(const KindSchema& kind, std::vector<NamedValue> given = {});

// Checks one value against one parameter; nullopt when it is accepted, otherwise what is accepted
// ("a number above 0").
std::optional<std::string> refuse(const Parameter& parameter, const Value& value);

}  // namespace halfstep
