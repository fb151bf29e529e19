#include "halfstep/format/elementary.hpp"

#include <cstdint>
#include <limits>

#include "elementary_tables.hpp"
#include "guarded.hpp"
#include "halfstep/format/round_to_odd.hpp"

// One element does not depend on another, also when x and y are the same array.
#if defined(__clang__)
#define HALFSTEP_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define HALFSTEP_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace halfstep {

namespace {

// Each kernel ends with its result as high + low, where low is a correction known to a few percent
// of an ulp of high or better: their sum, rounded to odd. `direction` decides the (transcendental,
// hence inexact) results whose error rounds to zero; 0 says that the result is exact.
double sum_to_odd(double high, double low, double direction) {
    const DoubleDouble sum = fast_two_sum(high, low);
    return toward_odd(sum.high, sum.low == 0.0 ? direction : sum.low);
}

// Adding it leaves the nearest integer of a small number in the low bits.
constexpr double integer_magic = 0x1.8p52;

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

// The magnitude of x, at most `limit` (also for NaN). Compared as integers: a choice between
// doubles is pulled apart into two branches by g++ and then not vectorised.
inline double limited_magnitude(double x, double limit) {
    const auto bits = static_cast<std::int64_t>(to_bits(x) & ~sign_bit);
    const auto limit_bits = static_cast<std::int64_t>(to_bits(limit));
    return from_bits<double>(static_cast<std::uint64_t>(bits < limit_bits ? bits : limit_bits));
}

inline double with_sign_of(double magnitude, double x) {
    return from_bits<double>(to_bits(magnitude) | (to_bits(x) & sign_bit));
}

// exp(x) = 2^m 2^(j/64) exp(r), x = (64 m + j) ln(2)/64 + r, |r| < 0.0055.
inline double exp_kernel(double x) {
    constexpr double inverse_step = tables::exp_steps / tables::ln2.high;
    constexpr double magic = integer_magic + 2048 * tables::exp_steps;  // keeps the low bits positive
    const double a = with_sign_of(limited_magnitude(x, 746.0), x);      // which overflows or underflows
    const double shifted = a * inverse_step + magic;
    const std::uint64_t steps = to_bits(shifted) & 0x3ffffu;
    const std::uint64_t m = steps / tables::exp_steps;  // biased by 2048
    const auto j = static_cast<std::int64_t>(steps % tables::exp_steps);
    const double k = shifted - magic;
    const double r = (a - k * tables::exp_step_cut.high) - k * tables::exp_step_cut.low;
    const double r2 = r * r;
    const double tail = (1.0 / 2 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720));
    const double base = tables::exp.high[j];
    const double y = sum_to_odd(base, tables::exp.low[j] + base * (r + r2 * tail), x);
    // 2^m in two factors: the first product is exact, the second may become subnormal or infinite.
    const std::uint64_t m1 = m / 2, m2 = m - m1;
    const double scaled = (y * from_bits<double>((m1 - 1) << 52)) * from_bits<double>((m2 - 1) << 52);
    const bool subnormal = scaled < std::numeric_limits<double>::min();  // or zero
    double odd = from_bits<double>(to_bits(scaled) | (subnormal ? 1u : 0u));
    constexpr double largest = std::numeric_limits<double>::max(), infinity = std::numeric_limits<double>::infinity();
    odd = odd > largest ? largest : odd;
    odd = x == infinity ? infinity : odd;
    odd = x == -infinity ? 0.0 : odd;
    return x != x ? x : odd;
}

// log(x) = k ln 2 + log(c) + log(1 + r), x = 2^k z, c = 1/inverse[j], 1 + r = z/c, |r| < 0.0054.
inline double log_kernel(double x) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const bool subnormal = x < std::numeric_limits<double>::min();
    const double normal = subnormal ? x * 0x1p52 : x;
    const std::uint64_t bits = to_bits(normal) - tables::log_offset_bits + 0x3ff0000000000000u;
    const std::uint64_t fraction = bits & 0x000fffffffffffffu;
    const auto j = static_cast<std::int64_t>(fraction >> 45);
    const double biased = from_bits<double>(0x4330000000000000u | (bits >> 52)) - 0x1p52;
    const double k = biased - (subnormal ? 1023.0 + 52.0 : 1023.0);
    const std::uint64_t z = fraction + tables::log_offset_bits;
    const double inverse = tables::log.inverse[j];
    const double z_high = from_bits<double>(z & ~std::uint64_t{0x7ffffff});
    const double z_low = from_bits<double>(z) - z_high;
    const DoubleDouble r = two_sum(z_high * inverse - 1.0, z_low * inverse);  // both terms exact
    const double h = r.high, h2 = h * h;
    const double tail = ((-1.0 / 2 + h * (1.0 / 3)) + h2 * (-1.0 / 4 + h * (1.0 / 5))) +
                        (h2 * h2) * ((-1.0 / 6 + h * (1.0 / 7)) + h2 * (-1.0 / 8));
    const DoubleDouble high = fast_two_sum(k * tables::ln2_cut.high + tables::log.value.high[j], h);
    const double low = high.low + (r.low + (k * tables::ln2_cut.low + tables::log.value.low[j]) + h2 * tail);
    double y = sum_to_odd(high.high, low, high.high);
    y = x == infinity ? infinity : y;
    y = x == 0.0 ? -infinity : y;
    y = x < 0.0 ? std::numeric_limits<double>::quiet_NaN() : y;
    return x != x ? x : y;
}

// tanh(c + d) = T + d + ((t - d) - T t (T + d)) / (1 + T t), where T = tanh(c), t = tanh(d), c the
// nearest multiple of 1/32. The quotient is small against T + d, which is kept exactly.
inline double tanh_kernel(double x) {
    const double magnitude = from_bits<double>(to_bits(x) & ~sign_bit);
    const double a = limited_magnitude(x, tables::tanh_end);
    const double shifted = a * 32.0 + integer_magic;
    const auto i = static_cast<std::int64_t>(to_bits(shifted) & 1023u);
    const double d = a - (shifted - integer_magic) * (1.0 / 32);
    const double base = tables::tanh.high[i];
    const double d2 = d * d;
    const double excess = (d * d2) * ((-1.0 / 3 + d2 * (2.0 / 15)) + (d2 * d2) * (-17.0 / 315 + d2 * (62.0 / 2835)));
    const double scaled = (d + excess) * base;
    const double correction = (excess - scaled * (base + d)) / (1.0 + scaled);
    const DoubleDouble high = fast_two_sum(base, d);
    double y = sum_to_odd(high.high, correction + (tables::tanh.low[i] + high.low), -magnitude);
    y = magnitude == std::numeric_limits<double>::infinity() ? 1.0 : y;
    return x != x ? x : with_sign_of(y, x);
}

// With n the nearest integer of 4 turns and y = turns - n/4 (exact, |y| <= 1/8): the series of sine
// and cosine at 2 pi y, |2 pi y| <= pi/4, turned by n quarters.
SinCos sincos_of(double turns) {
    const double n = (turns * 4.0 + integer_magic) - integer_magic;
    const double y = turns - n * 0.25;
    constexpr double two_pi = 0x1.921fb54442d18p+2, two_pi_low = 0x1.1a62633145c07p-52;
    const double a = y * two_pi, a_low = y * two_pi_low;
    const double a2 = a * a;
    double s = 0.0, c = 0.0;
    for (int term = 8; term >= 1; --term) {
        s = (s * a2 + 1.0) / -((2.0 * term) * (2.0 * term + 1.0));
        c = (c * a2 + 1.0) / -((2.0 * term + 1.0) * (2.0 * term + 2.0));
    }
    const double sine = a + (a_low + a * (a2 * s));
    // cos = 1 - a^2/2 + a^4/24 - ...; c holds the series from the second term on.
    const double half = 0.5 * a2;
    const double w = 1.0 - half;
    const double cosine = w + (((1.0 - w) - half) - (half * (a2 * c) + a * a_low));
    const int quarter = static_cast<int>(n) & 3;
    if (quarter == 0) return {sine, cosine};
    if (quarter == 1) return {cosine, -sine};
    if (quarter == 2) return {-sine, -cosine};
    return {-cosine, sine};
}

}  // namespace

double exp_to_odd(double x) {
    return guarded(x, exp_kernel);
}
double log_to_odd(double x) {
    return guarded(x, log_kernel);
}
double tanh_to_odd(double x) {
    return guarded(x, tanh_kernel);
}

void exp_to_odd(const double* x, double* y, int n) {
    const FloatingPointEnvironment environment;
    HALFSTEP_INDEPENDENT
    for (int i = 0; i < n; ++i) y[i] = exp_kernel(x[i]);
}
void log_to_odd(const double* x, double* y, int n) {
    const FloatingPointEnvironment environment;
    HALFSTEP_INDEPENDENT
    for (int i = 0; i < n; ++i) y[i] = log_kernel(x[i]);
}
void tanh_to_odd(const double* x, double* y, int n) {
    const FloatingPointEnvironment environment;
    HALFSTEP_INDEPENDENT
    for (int i = 0; i < n; ++i) y[i] = tanh_kernel(x[i]);
}

SinCos sincos_turns(double turns) {
    return guarded(turns, sincos_of);
}

}  // namespace halfstep
