// The wording every message about a specification shares: how a name is quoted, what a value is
// called, and which known name is nearest to an unknown one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "halfstep/spec/value.hpp"

namespace halfstep {

// "text" in double quotes; control characters escaped, and cut after 60 bytes, so that no input
// can flood or garble a terminal.
std::string in_quotes(std::string_view text);

// The shortest decimal that reads back as the same binary64; "nan", "inf", "-inf".
std::string number_text(double value);

// For sentences: at most six significant digits, thousands apart, far powers of two as such: "-71,304",
// "0.000293", "1.25e-9", "2^-24", "infinity", "NaN". Integers below 10^7 are written out.
std::string readable_number(double value);

// What was found, in a message: "-1", "\"adam\"", "true", "a list of 3 values", "a table of kind ...".
std::string describe(const Value& value);

// Nearest candidate by insertions, deletions, substitutions and swaps of neighbours (optimal string
// alignment), ignoring case; nullopt when nothing is near enough to be meant.
std::optional<std::string> nearest_name(std::string_view word, std::span<const std::string> candidates);

// `unknown key "lrr"; did you mean "lr"? Accepted: kind, lr, momentum`
std::string unknown_name(std::string_view what, std::string_view word, std::span<const std::string> candidates);

}  // namespace halfstep
