// Numbers as text and back, independent of the locale, without allocating a text a number
// (number_text of spec/wording.hpp is the same in a friendlier form).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace halfstep {

// Shortest text that reads back to the same bits; "nan" for every NaN, "inf", "-inf".
void append_number(std::string& out, double value);

// At most `digits` significant digits, for people: "0.0123457", "6.55e+04", "nan".
std::string rounded_text(double value, int digits = 6);

// The whole text must be a number (or nan, inf, -inf); otherwise nullopt.
std::optional<double> parse_number(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

}  // namespace halfstep
