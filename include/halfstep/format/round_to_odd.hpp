// Binary64 results rounded to odd: r = op in binary64; if the exact result differs and r's last
// significand bit is even, r moves one ulp toward the exact result. One further rounding to
// p <= 51 bits is then correct in every mode (Boldo and Melquiond 2004, theorem 3).
// Operands may be any binary32 values; binary64 operands too while results and their residuals,
// 2^-106 of them, stay normal.
// The exact error comes from TwoSum (Knuth) and from fused multiply-add residuals. Infinite and
// NaN results have no residual and stay as they are.
#pragma once

#include <cmath>

#include "halfstep/format/round.hpp"

namespace halfstep {

// r nudged toward r + error when error is not zero and r's last bit is even. An r of zero, infinity
// or NaN must come with an error of zero or NaN. In integers: fewer instructions once vectorised.
inline double toward_odd(double r, double error) {
    const std::uint64_t bits = to_bits(r);
    const bool inexact = error > 0.0 || error < 0.0;  // false for NaN
    const std::uint64_t moves = inexact ? ~bits & 1u : 0u;
    const std::uint64_t shrinks = (to_bits(error) ^ bits) >> 63;  // the signs differ
    return from_bits<double>(bits + moves - 2u * (moves & shrinks));
}

inline double add_to_odd(double a, double b) {
    const double r = a + b;
    const double b_part = r - a;
    return toward_odd(r, (a - (r - b_part)) + (b - b_part));
}
inline double sub_to_odd(double a, double b) {
    return add_to_odd(a, -b);
}
inline double mul_to_odd(double a, double b) {
    const double r = a * b;
    return toward_odd(r, std::fma(a, b, -r));
}
inline double div_to_odd(double a, double b) {
    const double r = a / b;
    const double residual = std::fma(-r, b, a);
    return toward_odd(r, b < 0.0 ? -residual : residual);
}
inline double sqrt_to_odd(double a) {
    const double r = std::sqrt(a);
    return toward_odd(r, std::fma(-r, r, a));
}

}  // namespace halfstep
