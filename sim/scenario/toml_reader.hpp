// TOML text to a Tree. The only place that knows toml++.
#pragma once

#include <optional>
#include <string_view>

#include "tree.hpp"

namespace halfstep {

// Throws ScenarioError with the place for anything that is not TOML 1.0 within our limits.
Tree read_toml(std::string_view text, const InputNames& inputs);

// What lines and columns are counted in.
std::string_view without_byte_order_mark(std::string_view text);

// The TOML value of --set entry `set`, or a bare word (it starts with a letter) as a string.
Tree read_set_value(std::string_view text, const InputNames& inputs, int set);

}  // namespace halfstep
