// exp, log and tanh from + - x / alone in binary64, so that g++, clang and WebAssembly agree to
// the bit, returned rounded to odd (round_to_odd.hpp) with their exact cases listed, so that one
// further rounding to a format is right. No libm: glibc and musl differ in the last bit.
//
// Tables at regular points (exp 64 a binade, log 128, tanh every 1/32) and short series between
// them; results are kept as high + low until the odd bit is set. Measured against 113-bit Boost:
// the sum is within 0.045 ulp of the exact value before that bit is set, the returned value within
// 1.05 ulp and on the correct side of every number of at most 25 bits for all 2^32 binary32
// arguments, which makes the one further rounding right for precisions up to 24. (Subnormal
// binary64 results of exp, which every format rounds to zero, are within 2 ulp.)
#pragma once

namespace halfstep {

// Any argument; NaN in, NaN out.
double exp_to_odd(double x);   // exact only at 0; above 709.79 infinity, below -745.14 zero
double log_to_odd(double x);   // exact only at 1; log(+-0) = -infinity, log(x < 0) = NaN
double tanh_to_odd(double x);  // exact only at +-0 and +-infinity; 1 - 2^-53 at large finite x

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
