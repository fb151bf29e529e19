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

#include "halfstep/format/exact_math.hpp"
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
    // The emulator keeps a NaN in every format, so that it is seen.
    bool has_nan = true;
    bool negative_zero = true;     // false: a zero has no sign
    bool twos_complement = false;  // the most negative value is one step below -max_finite
    // 0, or the number of consecutive elements that share a power of two, E8M0: a block format, whose other
    // fields describe an element without its scale (block.hpp).
    int block = 0;
    bool operator==(const Format&) const = default;

    double min_normal() const;     // 2^emin
    double min_subnormal() const;  // 2^(emin - precision + 1)
    double unit_roundoff() const;  // 2^-precision
    double lowest() const { return twos_complement ? -max_finite - min_subnormal() : -max_finite; }
    bool is_fixed_point() const { return emin == emax; }  // every value a multiple of min_subnormal
    // Where subnormal numbers are flushed, smaller ones are. Fixed point has none.
    double smallest_unflushed() const { return is_fixed_point() ? 0.0 : min_normal(); }
    // Of the form that the fastest kernels are for: signed zeros, a symmetric range, a scale of its own.
    bool is_plain() const { return negative_zero && !twos_complement && block == 0; }
    Overflow default_overflow() const {
        if (block > 0 || !has_nan) return Overflow::saturate;
        return has_infinity ? Overflow::infinity : Overflow::nan;
    }
};

// A format with its choices at the edges and the way inexact results go: what a role rounds to.
struct Rounding {
    Format format;
    Overflow overflow = Overflow::infinity;
    Subnormals subnormals = Subnormals::keep;
    RoundingMode mode = RoundingMode::ties_to_even;
    // Of the mode `stochastic`: 1 to 32. At most 51 - precision of them count.
    int random_bits = 32;
    // Operands of arithmetic that are subnormal in this format: used as they are, or as zeros.
    Subnormals subnormal_inputs = Subnormals::keep;
    bool operator==(const Rounding&) const = default;

    // To nearest where the mode is `stochastic`: for what is rounded before there are random bits, or to be judged
    // without them.
    Rounding without_chance() const {
        Rounding result = *this;
        if (mode == RoundingMode::stochastic) result.mode = RoundingMode::ties_to_even;
        return result;
    }

    // `overflow`, except that a format without infinities gives NaN where infinity is asked for.
    Overflow overflow_result() const {
        return overflow == Overflow::infinity && !format.has_infinity ? Overflow::nan : overflow;
    }
};

// The named formats, in the order `halfstep list` prints them.
std::span<const Format> named_formats();

// The format whose limits a value meets that is looked at alone: of a block format fp32, since its scale follows its
// values.
const Format& limits_of(const Format& format);

// A named format; the IEEE-like e<E>m<M> with 2 <= E <= 8 and 1 <= M <= 23 (bias 2^(E-1)-1, infinities and
// NaN in the top exponent); or the fixed-point q<I>.<F> with I integer and F fraction bits beside the sign,
// two's complement, 1 <= I + F <= 23. Anything else: nullopt.
std::optional<Format> find_format(std::string_view name);

// Every value of `inner` is a value of `outer` (so rounding to `outer` changes nothing).
bool contains(const Rounding& outer, const Rounding& inner);

// find_format with the format's own overflow rule and subnormals kept. Throws std::out_of_range.
Rounding rounding_to(std::string_view name);

}  // namespace halfstep
