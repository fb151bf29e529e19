#include "oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "exact.hpp"

namespace oracle {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const Exact not_a_number{Kind::nan};

double signed_value(bool negative, double magnitude) {
    return negative ? -magnitude : magnitude;
}

double overflowed(const Rounding& rounding, bool negative) {
    if (rounding.overflow == halfstep::Overflow::saturate) return signed_value(negative, rounding.format.max_finite);
    if (rounding.overflow == halfstep::Overflow::infinity && rounding.format.has_infinity)
        return signed_value(negative, infinity);
    return nan;
}

bool is_zero(const Exact& x) {
    return x.kind == Kind::finite && x.significand == 0;
}

Exact sum(const Exact& a, const Exact& b) {
    if (a.kind == Kind::nan || b.kind == Kind::nan) return not_a_number;
    if (a.kind == Kind::infinite && b.kind == Kind::infinite && a.negative != b.negative) return not_a_number;
    if (a.kind == Kind::infinite) return a;
    if (b.kind == Kind::infinite) return b;
    const int exponent = std::min(a.exponent, b.exponent);
    const cpp_int left = a.significand << (a.exponent - exponent);
    const cpp_int right = b.significand << (b.exponent - exponent);
    const cpp_int total = (a.negative ? cpp_int(-left) : left) + (b.negative ? cpp_int(-right) : right);
    // IEEE 754, 6.3: an exact zero sum is +0 unless both operands are negative zeros.
    const bool negative = total == 0 ? a.negative && b.negative : total < 0;
    return {Kind::finite, negative, abs(total), exponent, false};
}

Exact product(const Exact& a, const Exact& b) {
    if (a.kind == Kind::nan || b.kind == Kind::nan) return not_a_number;
    const bool negative = a.negative != b.negative;
    if (a.kind == Kind::infinite || b.kind == Kind::infinite)
        return is_zero(a) || is_zero(b) ? not_a_number : Exact{Kind::infinite, negative};
    return {Kind::finite, negative, a.significand * b.significand, a.exponent + b.exponent, false};
}

Exact quotient(const Exact& a, const Exact& b) {
    if (a.kind == Kind::nan || b.kind == Kind::nan) return not_a_number;
    const bool negative = a.negative != b.negative;
    if (a.kind == Kind::infinite) return b.kind == Kind::infinite ? not_a_number : Exact{Kind::infinite, negative};
    if (b.kind == Kind::infinite) return {Kind::finite, negative};
    if (is_zero(b)) return is_zero(a) ? not_a_number : Exact{Kind::infinite, negative};
    constexpr int extra = 160;
    cpp_int whole, remainder;
    divide_qr(cpp_int(a.significand << extra), b.significand, whole, remainder);
    return {Kind::finite, negative, whole, a.exponent - b.exponent - extra, remainder != 0};
}

Exact root(const Exact& a) {
    if (a.kind == Kind::nan || is_zero(a)) return a;
    if (a.negative) return not_a_number;
    if (a.kind == Kind::infinite) return a;
    const int extra = a.exponent % 2 == 0 ? 160 : 161;
    cpp_int remainder;
    const cpp_int whole = boost::multiprecision::sqrt(cpp_int(a.significand << extra), remainder);
    return {Kind::finite, false, whole, (a.exponent - extra) / 2, remainder != 0};
}

double to_odd(const Exact& x) {
    if (x.significand == 0) return signed_value(x.negative, 0.0);
    const int dropped = static_cast<int>(msb(x.significand)) - 52;
    cpp_int kept = dropped <= 0 ? cpp_int(x.significand << -dropped) : cpp_int(x.significand >> dropped);
    const bool inexact = x.sticky || (dropped > 0 && (kept << dropped) != x.significand);
    if (inexact && kept % 2 == 0) ++kept;
    return signed_value(x.negative, std::ldexp(kept.convert_to<double>(), x.exponent + dropped));
}

}  // namespace

Exact exact(double x) {
    if (x != x) return not_a_number;
    if (std::isinf(x)) return {Kind::infinite, x < 0.0};
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(x), &exponent);
    return {Kind::finite, std::signbit(x), cpp_int(static_cast<long long>(std::ldexp(fraction, 53))), exponent - 53,
            false};
}

double round(const Rounding& rounding, const Exact& x) {
    const halfstep::Format& format = rounding.format;
    if (x.kind == Kind::nan) return nan;
    if (x.kind == Kind::infinite) return overflowed(rounding, x.negative);
    if (x.significand == 0) return signed_value(x.negative, 0.0);
    const int binade = static_cast<int>(msb(x.significand)) + x.exponent;
    const int unit = std::max(binade, format.emin) - format.precision + 1;
    const int dropped = unit - x.exponent;
    cpp_int multiple;
    if (dropped <= 0) {
        multiple = x.significand << -dropped;
    } else {
        multiple = x.significand >> dropped;
        const cpp_int rest = x.significand - (multiple << dropped);
        const cpp_int half = cpp_int(1) << (dropped - 1);
        const bool above_half = rest > half || (rest == half && x.sticky);
        const bool tie = rest == half && !x.sticky;
        if (above_half || (tie && multiple % 2 == 1)) ++multiple;
    }
    const double magnitude = std::ldexp(multiple.convert_to<double>(), unit);
    if (magnitude > format.max_finite) return overflowed(rounding, x.negative);
    const bool flushed = rounding.subnormals == halfstep::Subnormals::flush && magnitude < std::ldexp(1.0, format.emin);
    return signed_value(x.negative, flushed ? 0.0 : magnitude);
}

double round(const Rounding& rounding, double x) {
    return round(rounding, exact(x));
}
double add(const Rounding& rounding, double a, double b) {
    return round(rounding, sum(exact(a), exact(b)));
}
double sub(const Rounding& rounding, double a, double b) {
    return round(rounding, sum(exact(a), exact(-b)));
}
double mul(const Rounding& rounding, double a, double b) {
    return round(rounding, product(exact(a), exact(b)));
}
double div(const Rounding& rounding, double a, double b) {
    return round(rounding, quotient(exact(a), exact(b)));
}
double sqrt(const Rounding& rounding, double a) {
    return round(rounding, root(exact(a)));
}

double add_to_odd(double a, double b) {
    return to_odd(sum(exact(a), exact(b)));
}
double mul_to_odd(double a, double b) {
    return to_odd(product(exact(a), exact(b)));
}
double div_to_odd(double a, double b) {
    return to_odd(quotient(exact(a), exact(b)));
}
double sqrt_to_odd(double a) {
    return to_odd(root(exact(a)));
}

}  // namespace oracle
