// The structure of a TOML text, checked before toml++ sees it.
//
// toml++ 3.3 has inputs that reach undefined behaviour (headers such as `[!]` or `[,]` and bare
// keys outside ASCII: upstream #295, #301), recursion without a limit of ours, and searches that
// grow with the square of the number of keys. This scan walks the grammar of keys, headers, lists
// and inline tables with our own limits and messages; strings and numbers are only delimited.
#pragma once

#include <string_view>

#include "tree.hpp"

namespace halfstep {

inline constexpr std::size_t largest_file = std::size_t{4} << 20;
inline constexpr int deepest_nesting = 64;
inline constexpr int most_keys = 50'000;

// Throws ScenarioError at the first byte that is not UTF-8, a control character, beyond a limit, or
// not where TOML 1.0 allows it.
void scan_toml(std::string_view text, const InputNames& inputs, int set = -1);

}  // namespace halfstep
