// What Python and pydantic 2 (lax mode) make of a value: which texts are numbers, which numbers are
// integers, what counts as true. Checked against pydantic 2.13.
#pragma once

#include <optional>
#include <string>

#include "halfstep/config/config_node.hpp"

namespace halfstep {

bool truthy(const ConfigNode& node);                    // bool(x)
std::optional<double> arithmetic(const ConfigNode&);    // int, float or bool as Python computes with it
bool is_integer(const ConfigNode& node);                // int or bool
std::optional<bool> read_boolean(const ConfigNode&);    // a field of type bool
std::optional<double> read_integer(const ConfigNode&);  // a field of type int
std::optional<double> read_number(const ConfigNode&);   // a field of type float
std::optional<double> python_float(const ConfigNode&);  // float(x); bool is refused by the caller
bool python_int_accepts(const ConfigNode& node);        // int(x) does not throw

std::string lower(std::string text);  // ASCII

// Floor division a // b of finite numbers, b not zero.
double floor_divide(double a, double b);

}  // namespace halfstep
