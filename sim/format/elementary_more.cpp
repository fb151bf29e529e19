// expm1, log1p, sigmoid, reciprocal square root and integer powers, in double-double arithmetic.
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

// x + x^2/2! + ..., for |x| < 1/16
DoubleDouble series_expm1(double x) {
    DoubleDouble sum = word(1.0);
    for (int n = 16; n >= 2; --n) sum = word(1.0) + word(x) * sum / word(n);
    return word(x) * sum;
}

// x - x^2/2 + x^3/3 - ..., for |x| < 2^-6
DoubleDouble series_log1p(double x) {
    DoubleDouble sum = word(0.0);
    for (int n = 18; n >= 1; --n) sum = word(1.0) / word(n) - word(x) * sum;
    return word(x) * sum;
}

// Below it a series of one term and the sign of the next say all.
constexpr double tiny = 0x1p-60;

// 2^exponent times a significand between 1 and 2
struct Split {
    double significand;
    int exponent;
};
Split split_of(double x) {
    int exponent = 0;
    const double fraction = std::frexp(x, &exponent);
    return {fraction * 2.0, exponent - 1};
}

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

double expm1_of(double x) {
    if (x != x || x == 0.0 || x == infinity) return x;
    if (x == -infinity) return -1.0;
    if (std::fabs(x) < tiny) return to_odd({word(x)}, 1.0);  // + x^2/2
    if (x < -60.0) return -1.0 + 0x1p-53;
    if (std::fabs(x) < 0x1p-4) return to_odd({series_expm1(x)}, 1.0);
    if (x > 200.0) return to_odd(exp_word(word(x)), -1.0);
    const ScaledValue e = exp_word(word(x));
    const double scale = std::ldexp(1.0, e.exponent);
    return to_odd({DoubleDouble{e.value.high * scale, e.value.low * scale} - word(1.0)}, 1.0);
}

double log1p_of(double x) {
    if (x != x || x == 0.0 || x == infinity) return x;
    if (x == -1.0) return -infinity;
    if (x < -1.0) return not_a_number;
    if (std::fabs(x) < tiny) return to_odd({word(x)}, -1.0);  // - x^2/2
    if (std::fabs(x) < 0x1p-6) return to_odd({series_log1p(x)}, -1.0);
    if (x > 0x1p200) {
        // log(x) and 1/x, far below its last place.
        const Split s = split_of(x);
        return to_odd({log_word(word(s.significand)) + log_word(word(2.0)) * word(s.exponent)}, 1.0);
    }
    return to_odd({log_word(two_sum(1.0, x))}, 1.0);
}

double sigmoid_of(double x) {
    if (x != x) return x;
    if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
    if (x == 0.0) return 0.5;
    if (x > 40.0) return 1.0 - 0x1p-53;
    if (x < -200.0) return to_odd(exp_word(word(x)), -1.0);
    const ScaledValue e = exp_word(word(-x));
    const double scale = std::ldexp(1.0, e.exponent);
    return to_odd({word(1.0) / (word(1.0) + DoubleDouble{e.value.high * scale, e.value.low * scale})}, x);
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

double expm1_to_odd(double x) {
    return guarded(x, expm1_of);
}
double log1p_to_odd(double x) {
    return guarded(x, log1p_of);
}
double sigmoid_to_odd(double x) {
    return guarded(x, sigmoid_of);
}
double rsqrt_to_odd(double x) {
    return guarded(x, rsqrt_of);
}
double powi_to_odd(double x, int n) {
    return guarded(x, [n](double v) { return powi_of(v, n); });
}

}  // namespace halfstep
