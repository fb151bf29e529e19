// Of ScalarArithmetic what has to do with integers, and the comparisons: integers decide here, too.
#include <cmath>
#include <limits>

#include "halfstep/format/environment.hpp"
#include "halfstep/format/scalar.hpp"
#include "nearest_multiple.hpp"

namespace halfstep {

double ScalarArithmetic::remainder(double a, double b) {
    const FloatingPointEnvironment environment;
    a = input(a);
    b = input(b);
    if (std::isnan(a) || std::isnan(b)) return not_a_number({a, b}, false);
    if (std::isinf(a) || b == 0.0) return not_a_number({}, true);
    // The C library's is exact, and so there is one result only.
    return round(std::remainder(a, b));
}

double ScalarArithmetic::round_to_integer(double a, bool raise_inexact) {
    const FloatingPointEnvironment environment;
    a = input(a);
    if (std::isnan(a)) return not_a_number({a}, false);
    if (std::isinf(a) || a == 0.0 || parts_of(a).exponent >= 0) return round(a);
    const Multiple m = nearest_multiple(parts_of(a), 0, std::signbit(a), decision());
    if (raise_inexact && !m.exact) flags_ |= inexact;
    return round(std::copysign(static_cast<double>(m.count), a));  // at most 53 bits
}

bool ScalarArithmetic::ordered(double a, double b, bool any_nan_signals) {
    if (!std::isnan(a) && !std::isnan(b)) return true;
    not_a_number({a, b}, any_nan_signals);
    return false;
}
bool ScalarArithmetic::equal(double a, double b, bool any_nan_signals) {
    return ordered(a, b, any_nan_signals) && input(a) == input(b);
}
bool ScalarArithmetic::less(double a, double b, bool any_nan_signals) {
    return ordered(a, b, any_nan_signals) && input(a) < input(b);
}
bool ScalarArithmetic::less_equal(double a, double b, bool any_nan_signals) {
    return ordered(a, b, any_nan_signals) && input(a) <= input(b);
}

std::uint64_t ScalarArithmetic::to_integer(double a, int bits, bool is_signed, bool raise_inexact) {
    const FloatingPointEnvironment environment;
    a = input(a);
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits), most_negative = std::uint64_t{1} << (bits - 1);
    const auto does_not_fit = [&] {
        flags_ |= invalid;
        return is_signed ? most_negative : all;
    };
    if (std::isnan(a) || std::isinf(a)) return does_not_fit();
    if (a == 0.0) return 0;
    const bool negative = std::signbit(a);
    const Parts parts = parts_of(a);
    if (parts.exponent > 11) return does_not_fit();  // 2^64 or more
    const Multiple m = parts.exponent > 0 ? Multiple{parts.significand << parts.exponent, true}
                                          : nearest_multiple(parts, 0, negative, decision());
    const std::uint64_t largest = !is_signed ? (negative ? 0 : all) : negative ? most_negative : most_negative - 1;
    if (m.count > largest) return does_not_fit();
    if (raise_inexact && !m.exact) flags_ |= inexact;
    return (negative ? 0 - m.count : m.count) & all;
}

double ScalarArithmetic::from_integer(std::uint64_t magnitude, bool negative) {
    const FloatingPointEnvironment environment;
    // 53 bits hold it, or its first ones rounded to odd.
    int dropped = 0;
    bool rest = false;
    for (; magnitude >> 53 != 0; magnitude >>= 1, ++dropped) rest |= magnitude & 1;
    const double odd = std::ldexp(static_cast<double>(magnitude | (rest ? 1u : 0u)), dropped);
    return round(negative ? -odd : odd);
}

}  // namespace halfstep
