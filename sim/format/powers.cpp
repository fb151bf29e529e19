// The reciprocal square root and integer powers, in double-double arithmetic.
#include <algorithm>
#include <bit>
#include <limits>

#include "double_word.hpp"
#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"

namespace halfstep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

int significant_bits(double significand) {
    const auto integer = static_cast<std::uint64_t>(std::ldexp(std::fabs(significand), 52));
    return 53 - std::countr_zero(integer);
}

DoubleDouble power(double x, unsigned n) {
    DoubleDouble result = word(1.0), square = word(x);
    for (; n > 0; n >>= 1, square = square * square)
        if (n & 1u) result = result * square;
    return result;
}

double rsqrt_of(double x) {
    if (x != x || x == infinity) return x != x ? x : 0.0;
    if (x == 0.0) return std::copysign(infinity, x);
    if (x < 0.0) return not_a_number;
    const Split s = split_of(x);
    const int half = s.exponent >> 1;
    const double z = s.exponent & 1 ? 2.0 * s.significand : s.significand;  // [1, 4)
    if (z == 1.0) return std::ldexp(1.0, -half);
    const double y = 1.0 / std::sqrt(z);
    // 1/sqrt(z) = y (1 + r/2 + 3 r^2/8 + ...), r = 1 - z y^2
    const DoubleDouble r = word(1.0) - two_product(y, y) * word(z);
    return to_odd({word(y) + word(y) * (r * word(0.5) + r * r * word(0.375)), -half}, 1.0);
}

double powi_of(double x, int n) {
    if (n == 0) return 1.0;
    if (n == 1 || x != x) return x;
    const bool negative = std::signbit(x) && n % 2 != 0;
    const double magnitude = std::fabs(x), sign = negative ? -1.0 : 1.0;
    if (magnitude == 0.0) return sign * (n > 0 ? 0.0 : infinity);
    if (std::isinf(x)) return sign * (n > 0 ? infinity : 0.0);
    const Split s = split_of(magnitude);
    const auto count = static_cast<unsigned>(n < 0 ? -static_cast<std::int64_t>(n) : n);
    const std::int64_t exponent = std::int64_t(s.exponent) * n;
    const int limited = static_cast<int>(std::max<std::int64_t>(-4000, std::min<std::int64_t>(4000, exponent)));
    if (s.significand == 1.0) return sign * to_odd({word(1.0), limited}, 0.0);
    const DoubleDouble p = power(s.significand, count);
    const bool exact = n > 0 && std::int64_t(significant_bits(s.significand)) * n <= 53;
    const ScaledValue result{n > 0 ? p : word(1.0) / p, limited};
    return sign * to_odd(result, exact ? 0.0 : 1.0);
}

}  // namespace

double rsqrt_to_odd(double x) {
    return guarded(x, rsqrt_of);
}
double powi_to_odd(double x, int n) {
    return guarded(x, [n](double v) { return powi_of(v, n); });
}

}  // namespace halfstep
