// Elementary functions from + - x / and sqrt alone in binary64, so that g++, clang and WebAssembly agree to
// the bit, returned rounded to odd (round_to_odd.hpp) with their exact cases listed, so that one
// further rounding to a format is right. No libm: glibc and musl differ in the last bit.
//
// exp, log and tanh: tables at regular points (exp 64 a binade, log 128, tanh every 1/32) and short series between
// them; results are kept as high + low until the odd bit is set. Measured against 113-bit Boost:
// the sum is within 0.045 ulp of the exact value before that bit is set, the returned value within
// 1.05 ulp and on the correct side of every number of at most 25 bits for all 2^32 binary32
// arguments, which makes the one further rounding right for precisions up to 24. (Subnormal
// binary64 results of exp, which are below every format, are within 2 ulp.) The others are computed in
// double-double arithmetic, about 95 bits: 1 to 2 us each, rsqrt 75 ns (docs/performance.md).
//
// A finite result beyond binary64's range is its largest number, one below it its smallest, both odd: so
// toward_zero makes the format's largest number of exp(1000), and toward_positive its smallest of exp(-1000).
#pragma once

#include <cmath>

#include "halfstep/format/exact_math.hpp"

namespace halfstep {

// Any argument; NaN in, NaN out.
double exp_to_odd(double x);      // exact only at 0 and +-infinity
double log_to_odd(double x);      // exact only at 1; log(+-0) = -infinity, log(x < 0) = NaN
double tanh_to_odd(double x);     // exact only at +-0 and +-infinity; 1 - 2^-53 at large finite x
double expm1_to_odd(double x);    // e^x - 1; exact only at +-0 and +-infinity
double log1p_to_odd(double x);    // log(1 + x); exact only at +-0; log1p(-1) = -infinity, below it NaN
double sigmoid_to_odd(double x);  // 1/(1 + e^-x); exact only at 0 and +-infinity
double erf_to_odd(double x);      // 2/sqrt(pi) times the integral of e^(-t^2) to x; exact only at +-0 and +-infinity
double sin_to_odd(double x);      // x in radians; exact only at +-0; of an infinity NaN
double cos_to_odd(double x);      // exact only at 0
double rsqrt_to_odd(double x);    // 1/sqrt(x); exact at powers of 4; rsqrt(+-0) = +-infinity, of a negative number NaN
// x^n (IEEE 754-2019, 9.2.1, pown): exact where n >= 0 and all bits fit; 1 for n = 0, whatever x is. x may have
// 53 bits, |n| <= 2^20.
double powi_to_odd(double x, int n);

// What a result to odd is in binary64 arithmetic: beyond the range infinity, or zero.
inline double in_binary64(double odd) {
    const double magnitude = odd < 0.0 ? -odd : odd;
    const double nearest = magnitude == 0x1.fffffffffffffp1023 ? HUGE_VAL : magnitude == 0x1p-1074 ? 0.0 : magnitude;
    return odd != odd ? odd : std::copysign(nearest, odd);
}

// Whole arrays, in the form the compiler vectorises (2 to 3 ns an element with AVX-512, 4 to 5
// with AVX2, 10 without); the same bits as the scalar functions. y may be x; otherwise the arrays
// must not overlap.
void exp_to_odd(const double* x, double* y, int n);
void log_to_odd(const double* x, double* y, int n);
void tanh_to_odd(const double* x, double* y, int n);

// For data sets only: sine and cosine of 2*pi*turns for 0 <= turns < 1, to about 1.5 ulp of
// binary64, and exact at multiples of a quarter.
struct SinCos {
    double sin, cos;
};
SinCos sincos_turns(double turns);

}  // namespace halfstep
