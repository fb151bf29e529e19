// Short forms for the rows of a schema.
#pragma once

#include "halfstep/spec/schema.hpp"

namespace halfstep {

inline Parameter number(std::string name, double value, std::string doc, Range range = {}) {
    return {std::move(name), {ValueType::number}, Value{value}, std::move(doc), range};
}
inline Parameter integer(std::string name, std::int64_t value, std::string doc, Range range = {}) {
    return {std::move(name), {ValueType::integer}, Value{value}, std::move(doc), range};
}
inline Parameter boolean(std::string name, bool value, std::string doc) {
    return {std::move(name), {ValueType::boolean}, Value{value}, std::move(doc)};
}
inline Parameter choice(std::string name, std::string value, std::string doc, std::vector<std::string> choices) {
    return {std::move(name), {ValueType::text}, Value{std::move(value)}, std::move(doc), {}, std::move(choices)};
}
// Absent unless given.
inline Parameter optional(std::string name, std::vector<ValueType> accepts, std::string doc, Range range = {}) {
    return {std::move(name), std::move(accepts), Value{}, std::move(doc), range};
}
// A table of free names, empty unless given.
inline Parameter entries(std::string name, std::string doc) {
    return {std::move(name), {ValueType::entries}, Value{Entries{}}, std::move(doc)};
}
inline Parameter required(std::string name, std::vector<ValueType> accepts, std::string doc, Range range = {}) {
    return {std::move(name), std::move(accepts), std::nullopt, std::move(doc), range};
}
inline Value list_value(const std::vector<double>& numbers) {
    std::vector<Value> values;
    for (double x : numbers) values.push_back({x});
    return {std::move(values)};
}
inline Value list_value(const std::vector<std::int64_t>& numbers) {
    std::vector<Value> values;
    for (std::int64_t x : numbers) values.push_back({x});
    return {std::move(values)};
}

}  // namespace halfstep
