// The oracle's transcendental functions: values of 113 bits from Boost.
#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "exact.hpp"
#include "oracle.hpp"

namespace oracle {

namespace {

using Quad = boost::multiprecision::cpp_bin_float_quad;

// A value that is known to be irrational: its 113 bits and something after them.
double round_inexact(const Rounding& rounding, const Quad& value) {
    int exponent = 0;
    const Quad fraction = frexp(abs(value), &exponent);
    return round(rounding, Exact{Kind::finite, value < 0, cpp_int(ldexp(fraction, 113)), exponent - 113, true});
}

double error_ulps(const Quad& exact_value, double y) {
    const int last_place = std::max(std::ilogb(y), -1022) - 52;
    return static_cast<double>(ldexp(Quad(abs(Quad(y) - exact_value)), -last_place));
}

int compare(const Quad& exact_value, double boundary) {
    return exact_value.compare(Quad(boundary));
}

// Beyond +-2000 every format overflows or underflows alike, and Quad's own exponent stops at 16383.
Quad exp_value(double x) {
    return exp(Quad(std::clamp(x, -2000.0, 2000.0)));
}
Quad log_value(double x) {
    return log(Quad(x));
}
Quad tanh_value(double x) {
    return tanh(Quad(x));
}
Quad angle(double turns) {
    return Quad(turns) * 2 * boost::math::constants::pi<Quad>();
}

}  // namespace

double exp(const Rounding& rounding, double x) {
    if (x != x || x == 0.0 || std::isinf(x)) return round(rounding, std::exp(x));
    return round_inexact(rounding, exp_value(x));
}
double log(const Rounding& rounding, double x) {
    if (!(x > 0.0) || x == 1.0 || std::isinf(x)) return round(rounding, std::log(x));
    return round_inexact(rounding, log_value(x));
}
double tanh(const Rounding& rounding, double x) {
    if (x != x || x == 0.0 || std::isinf(x)) return round(rounding, std::tanh(x));
    return round_inexact(rounding, tanh_value(x));
}

double exp_error_ulps(double x, double y) {
    return error_ulps(exp_value(x), y);
}
double log_error_ulps(double x, double y) {
    return error_ulps(log_value(x), y);
}
double tanh_error_ulps(double x, double y) {
    return error_ulps(tanh_value(x), y);
}
double sine_error_ulps(double turns, double y) {
    return error_ulps(sin(angle(turns)), y);
}
double cosine_error_ulps(double turns, double y) {
    return error_ulps(cos(angle(turns)), y);
}

int compare_exp(double x, double boundary) {
    return compare(exp_value(x), boundary);
}
int compare_log(double x, double boundary) {
    return compare(log_value(x), boundary);
}
int compare_tanh(double x, double boundary) {
    return compare(tanh_value(x), boundary);
}

}  // namespace oracle
