// What the elementary functions in double-double arithmetic share: about 95 bits of a value near 1, and its
// rounding to odd after a power of two. Some 500 times slower than the kernels of elementary.cpp.
#pragma once

#include <cmath>
#include <cstdint>

#include "double_double.hpp"
#include "halfstep/format/round_to_odd.hpp"

namespace halfstep {

// value * 2^exponent
struct ScaledValue {
    DoubleDouble value;
    int exponent = 0;
};

// For arguments below it a series of one term and the sign of the next say all.
inline constexpr double one_term_below = 0x1p-60;

// significand * 2^exponent, 1 <= significand < 2, of a positive finite number.
struct Split {
    double significand;
    int exponent;
};
inline Split split_of(double x) {
    int exponent = 0;
    const double fraction = std::frexp(x, &exponent);
    return {fraction * 2.0, exponent - 1};
}

inline constexpr DoubleDouble word(double x) {
    return {x, 0.0};
}

// e^x; beyond +-5000 that of +-5000.
ScaledValue exp_word(DoubleDouble x);
// log(x) to 2^-95 absolutely, for x between 2^-1000 and 2^1000.
DoubleDouble log_word(DoubleDouble x);

// Rounded to odd in binary64: `direction` has the sign of what is beyond `low` where low is zero, or 0 where the value
// is exact. Beyond binary64's range its largest and its smallest number, which are odd, with the sign of the value.
double to_odd(const ScaledValue& x, double direction);

}  // namespace halfstep
