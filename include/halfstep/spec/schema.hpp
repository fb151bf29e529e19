// What a kind of model, optimizer, scaler, engine or data set accepts: the rows of the registries
// carry these, the scenario parser checks against them, and `halfstep list` prints them.
#pragma once

#include <limits>
#include <optional>
#include <stdexcept>
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
    texts,       // list of such texts
    numbers,     // list of numbers
    integers,    // list of integers
    table,       // list of lists of numbers, rows may differ in length
    configured,  // an inline table with a `kind` of `family`
    entries,     // a table of free names: numbers, texts, booleans, lists and tables of numbers, such tables
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
    std::vector<KindSchema> models, data, optimizers, loss_scalers, engines, compressors;
};

const KindSchema* find_kind(const std::vector<KindSchema>& kinds, std::string_view name);
const Parameter* find_parameter(const KindSchema& kind, std::string_view name);

// The kinds of a family: "model", "data", "optimizer", "loss_scale", "engine", "compressor"; nullptr for no family.
const std::vector<KindSchema>* find_family(const Catalogue& catalogue, std::string_view family);

// Why a schema refuses what it was given: which parameter, in which way, and the whole sentence.
class SchemaError : public std::invalid_argument {
public:
    enum class Fault { unknown, duplicate, missing, refused };
    SchemaError(Fault fault, std::string parameter, const std::string& message)
        : std::invalid_argument(message), fault_(fault), parameter_(std::move(parameter)) {}
    Fault fault() const { return fault_; }
    const std::string& parameter() const { return parameter_; }

private:
    Fault fault_;
    std::string parameter_;
};

// The kind with every parameter in the schema's order, defaults filled in and integers widened
// where only numbers are accepted. Required parameters must be in `given`. Throws SchemaError for
// anything the schema refuses. The scenario parser, replay and tests all come through here.
Configured configure(const KindSchema& kind, std::vector<NamedValue> given = {});

// Whether a table of free names takes the name: a letter or "_", then letters, digits and "_", but
// not "kind".
bool is_free_name(std::string_view name);

// Checks one value against one parameter; nullopt when it is accepted, otherwise what is accepted
// ("a number above 0").
std::optional<std::string> refuse(const Parameter& parameter, const Value& value);

}  // namespace halfstep
