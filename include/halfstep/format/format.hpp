// A floating-point format as data, and the table of named formats.
//
// A finite value is s * m * 2^(e - precision + 1) with integer 0 <= m < 2^precision and
// emin <= e <= emax; m < 2^(precision-1) only at e = emin (subnormals). IEEE 754-2019, 3.3.
// A new format is one row of the table in sim/format/format.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/format/rounding_mode.hpp"

namespace halfstep {

// What a result beyond the largest finite value becomes (after rounding with unbounded exponent).
enum class Overflow { infinity, saturate, nan };

// Whether subnormal results are kept or replaced by a zero of the same sign.
enum class Subnormals { keep, flush };

struct Format {
    std::string name;
    int precision = 24;        // significand bits, the hidden one included
    int emin = -126;           // exponent of the smallest normal value
    int emax = 127;            // exponent of the largest finite value
    double max_finite = 0;     // 448 for fp8_e4m3, whose all-ones significand at emax is NaN
    bool has_infinity = true;  // false: overflow gives NaN unless it saturates
    bool operator==(const Format&) const = default;

    double min_normal() const;     // 2^emin
    double min_subnormal() const;  // 2^(emin - precision + 1)
    double unit_roundoff() const;  // 2^-precision
    Overflow default_overflow() const { return has_infinity ? Overflow::infinity : Overflow::nan; }
};

// A format with its choices at the edges and the way inexact results go: what a role rounds to.
struct Rounding {
    Format format;
    Overflow overflow = Overflow::infinity;
    Subnormals subnormals = Subnormals::keep;
    RoundingMode mode = RoundingMode::ties_to_even;
    bool operator==(const Rounding&) const = default;

    // `overflow`, except that a format without infinities gives NaN where infinity is asked for.
    Overflow overflow_result() const {
        return overflow == Overflow::infinity && !format.has_infinity ? Overflow::nan : overflow;
    }
};

// The named formats, in the order `halfstep list` prints them.
std::span<const Format> named_formats();

// A named format, or the IEEE-like e<E>m<M> with 2 <= E <= 8 and 1 <= M <= 23 (bias 2^(E-1)-1,
// infinities and NaN in the top exponent). Anything else: nullopt.
std::optional<Format> find_format(std::string_view name);

// Every value of `inner` is a value of `outer` (so rounding to `outer` changes nothing).
bool contains(const Rounding& outer, const Rounding& inner);

// find_format with the format's own overflow rule and subnormals kept. Throws std::out_of_range.
Rounding rounding_to(std::string_view name);

}  // namespace halfstep
