// A slow oracle that decides what an operation rounded once must give: exact integers of any length,
// one value at a time, by the definition (nearest multiple of the format's unit, ties to the even
// multiple). It shares no code with the rounding kernel; only `Rounding` describes the target.
#pragma once

#include "halfstep/format/format.hpp"

namespace oracle {

using halfstep::Rounding;

double round(const Rounding& rounding, double x);
double add(const Rounding& rounding, double a, double b);
double sub(const Rounding& rounding, double a, double b);
double mul(const Rounding& rounding, double a, double b);
double div(const Rounding& rounding, double a, double b);
double sqrt(const Rounding& rounding, double a);

// The exact result rounded to odd in binary64, for finite operands and results in its normal range:
// the result itself if it has 53 bits, else of its two neighbours the one with the odd significand.
double add_to_odd(double a, double b);
double mul_to_odd(double a, double b);
double div_to_odd(double a, double b);
double sqrt_to_odd(double a);

// Transcendental functions from 113-bit Boost values, rounded once as inexact, exact cases aside.
double exp(const Rounding& rounding, double x);
double log(const Rounding& rounding, double x);
double tanh(const Rounding& rounding, double x);

// |y - f(x)| in units of the last place of y (binary64), x and y finite.
double exp_error_ulps(double x, double y);
double log_error_ulps(double x, double y);
double tanh_error_ulps(double x, double y);
double sine_error_ulps(double turns, double y);
double cosine_error_ulps(double turns, double y);

// -1, 0 or 1: f(x) below, at or above `boundary`, by the 113-bit value.
int compare_exp(double x, double boundary);
int compare_log(double x, double boundary);
int compare_tanh(double x, double boundary);

}  // namespace oracle
