#include "halfstep/format/scalar.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "halfstep/format/environment.hpp"
#include "halfstep/format/round_to_odd.hpp"
#include "nearest_multiple.hpp"

namespace halfstep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Whether what does not fit becomes infinite, or the largest value.
bool overflows_to_infinity(RoundingMode mode, bool negative) {
    switch (mode) {
        case RoundingMode::ties_to_even:
        case RoundingMode::ties_to_away:
        case RoundingMode::stochastic:
            return true;
        case RoundingMode::toward_positive:
            return !negative;
        case RoundingMode::toward_negative:
            return negative;
        default:
            return false;
    }
}

double overflow_value(const Rounding& rounding, RoundingMode mode, bool negative) {
    const double largest = negative ? -rounding.format.lowest() : rounding.format.max_finite;
    if (!overflows_to_infinity(mode, negative)) return largest;
    switch (rounding.overflow_result()) {
        case Overflow::infinity:
            return infinity;
        case Overflow::saturate:
            return largest;
        default:
            return std::numeric_limits<double>::quiet_NaN();
    }
}

}  // namespace

double ScalarArithmetic::with_sign(double magnitude, double of) const {
    return magnitude == 0.0 && !rounding_.format.negative_zero ? 0.0 : std::copysign(magnitude, of);
}

double ScalarArithmetic::input(double x) const {
    FloatingPointEnvironment::pin(x);
    const bool flushed =
        rounding_.subnormal_inputs == Subnormals::flush && std::fabs(x) < rounding_.format.smallest_unflushed();
    return flushed ? with_sign(0.0, x) : x;
}

Decision ScalarArithmetic::decision() const {
    return {mode_, std::clamp(std::min(rounding_.random_bits, 51 - rounding_.format.precision), 1, 32), random_};
}

double ScalarArithmetic::round(double exact) {
    const Format& format = rounding_.format;
    if (exact == 0.0) return with_sign(0.0, exact);
    const bool negative = std::signbit(exact);
    if (std::isinf(exact)) {
        // Like an overflow in the array kernels: infinity only where that is the result of one.
        return std::copysign(overflow_value(rounding_, RoundingMode::ties_to_even, negative), exact);
    }
    const Decision by = decision();
    const Parts x = parts_of(exact);
    const int top = x.exponent + 52;  // exponent of the leading bit
    const int unit = (format.is_fixed_point() ? format.emin : std::max(top, format.emin)) - format.precision + 1;
    if (top > format.emax + 1) {
        flags_ |= overflow | inexact;
        return std::copysign(overflow_value(rounding_, mode_, negative), exact);
    }
    const Multiple m = nearest_multiple(x, unit, negative, by);
    double magnitude = std::ldexp(double(m.count), unit);
    if (magnitude > (negative ? -format.lowest() : format.max_finite)) {
        flags_ |= overflow | inexact;
        return std::copysign(overflow_value(rounding_, mode_, negative), exact);
    }
    if (!m.exact) {
        flags_ |= inexact;
        const int unbounded = top - format.precision + 1;
        const Multiple tiny = nearest_multiple(x, unbounded, negative, by);
        if (!format.is_fixed_point() && std::ldexp(double(tiny.count), unbounded) < format.min_normal())
            flags_ |= underflow;
    }
    if (rounding_.subnormals == Subnormals::flush && magnitude < format.smallest_unflushed() && magnitude > 0.0) {
        flags_ |= underflow | inexact;
        magnitude = 0.0;
    }
    return with_sign(magnitude, exact);
}

double ScalarArithmetic::not_a_number(std::initializer_list<double> operands, bool invalid_operation) {
    if (invalid_operation || std::any_of(operands.begin(), operands.end(), is_signalling)) flags_ |= invalid;
    return std::numeric_limits<double>::quiet_NaN();
}

double ScalarArithmetic::convert(double x) {
    const FloatingPointEnvironment environment;
    return std::isnan(x) ? not_a_number({x}, false) : round(input(x));
}

// An exact cancellation is +0, or -0 toward negative; zeros of one sign keep it.
double ScalarArithmetic::sum(double a, double b, bool exact_zeros) {
    const double odd = add_to_odd(a, b);
    const bool one_sign = exact_zeros && std::signbit(a) == std::signbit(b);
    if (odd == 0.0) return with_sign(0.0, one_sign ? a : mode_ == RoundingMode::toward_negative ? -1.0 : 1.0);
    return round(odd);
}

double ScalarArithmetic::add(double a, double b) {
    const FloatingPointEnvironment environment;
    a = input(a);
    b = input(b);
    if (std::isnan(a) || std::isnan(b)) return not_a_number({a, b}, false);
    if (std::isinf(a) && std::isinf(b) && std::signbit(a) != std::signbit(b)) return not_a_number({}, true);
    if (std::isinf(a) || std::isinf(b)) return round(std::isinf(a) ? a : b);
    return sum(a, b, a == 0.0 && b == 0.0);
}

double ScalarArithmetic::sub(double a, double b) {
    return add(a, std::isnan(b) ? b : -b);
}

double ScalarArithmetic::mul(double a, double b) {
    const FloatingPointEnvironment environment;
    a = input(a);
    b = input(b);
    if (std::isnan(a) || std::isnan(b)) return not_a_number({a, b}, false);
    if ((std::isinf(a) && b == 0.0) || (a == 0.0 && std::isinf(b))) return not_a_number({}, true);
    return round(a * b);  // binary32 factors: exact
}

double ScalarArithmetic::div(double a, double b) {
    const FloatingPointEnvironment environment;
    a = input(a);
    b = input(b);
    if (std::isnan(a) || std::isnan(b)) return not_a_number({a, b}, false);
    if ((std::isinf(a) && std::isinf(b)) || (a == 0.0 && b == 0.0)) return not_a_number({}, true);
    if (b == 0.0 && !std::isinf(a)) flags_ |= division_by_zero;
    if (b == 0.0 || std::isinf(a) || std::isinf(b)) return round(a / b);
    return round(div_to_odd(a, b));
}

double ScalarArithmetic::sqrt(double a) {
    const FloatingPointEnvironment environment;
    a = input(a);
    if (std::isnan(a)) return not_a_number({a}, false);
    if (a < 0.0) return not_a_number({}, true);
    return std::isinf(a) || a == 0.0 ? round(a) : round(sqrt_to_odd(a));
}

double ScalarArithmetic::fma(double a, double b, double c) {
    const FloatingPointEnvironment environment;
    a = input(a);
    b = input(b);
    c = input(c);
    const bool no_product = (std::isinf(a) && b == 0.0) || (a == 0.0 && std::isinf(b));
    if (no_product) return not_a_number({}, true);
    if (std::isnan(a) || std::isnan(b) || std::isnan(c)) return not_a_number({a, b, c}, false);
    const double product = a * b;  // binary32 factors: exact
    if (std::isinf(product) && std::isinf(c) && std::signbit(product) != std::signbit(c)) return not_a_number({}, true);
    if (std::isinf(product) || std::isinf(c)) return round(std::isinf(product) ? product : c);
    return sum(product, c, product == 0.0 && c == 0.0);
}

}  // namespace halfstep
