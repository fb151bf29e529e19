// exp, log and tanh from + - x / alone in binary64, so that g++, clang and WebAssembly agree to
// the bit, returned rounded to odd (round_to_odd.hpp) with their exact cases listed, so that one
// further rounding to a format is right. No libm: glibc and musl differ in the last bit.
#pragma once

namespace halfstep {

// Error below 0.6 ulp of binary64 before the odd bit is set. NaN in, NaN out.
double exp_to_odd(double x);   // exact only at 0; overflow to infinity, underflow to 0
double log_to_odd(double x);   // exact only at 1; log(+-0) = -infinity, log(x < 0) = NaN
double tanh_to_odd(double x);  // exact only at +-0 and +-infinity

// Whole arrays, in the form the compiler vectorises; the same bits as the scalar functions.
void exp_to_odd(const double* x, double* y, int n);
void log_to_odd(const double* x, double* y, int n);
void tanh_to_odd(const double* x, double* y, int n);

// For data sets only: sine and cosine of 2*pi*turns for 0 <= turns < 1, and ln(x), x > 0, to about
// one ulp of binary64.
struct SinCos {
    double sin, cos;
};
SinCos sincos_turns(double turns);

}  // namespace halfstep
