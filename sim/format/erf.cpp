// erf, in double-double arithmetic: from erf(c), c the nearest multiple of 1/16, by the series
// erf(c + d) = erf(c) + 2/sqrt(pi) e^(-c^2) sum a_n d^(n+1)/(n+1), where a_n are the coefficients of e^(-2 c d - d^2):
// a_0 = 1, n a_n = -2 (c a_(n-1) + a_(n-2)).
#include <array>
#include <limits>

#include "double_word.hpp"
#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"

namespace halfstep {
namespace {

constexpr double step = 1.0 / 16.0, end = 6.0;  // 1 - erf(6) is a fifth of the last bit below 1
constexpr int steps = 97;

// 2/sqrt(pi): Newton's method for 1/sqrt(pi/4) from binary64, pi/4 the first term of Machin's formula on.
DoubleDouble arctan_of_inverse(double n) {
    const DoubleDouble square = word(1.0) / word(n * n);
    DoubleDouble sum = word(0.0);
    for (int k = 75; k >= 1; k -= 2) sum = word(1.0) / word(k) - square * sum;
    return sum / word(n);
}
DoubleDouble two_over_root_pi() {
    const DoubleDouble quarter_pi = word(4.0) * arctan_of_inverse(5.0) - arctan_of_inverse(239.0);
    const double y = 1.0 / std::sqrt(quarter_pi.high);
    const DoubleDouble r = word(1.0) - two_product(y, y) * quarter_pi;
    return word(y) + word(y) * (r * word(0.5) + r * r * word(0.375));
}

struct Table {
    std::array<DoubleDouble, steps> value;  // erf(c)
    std::array<DoubleDouble, steps> slope;  // 2/sqrt(pi) e^(-c^2)
    Table();
};

DoubleDouble increment(double c, DoubleDouble slope, double d) {
    DoubleDouble before = word(0.0), a = word(1.0), power = word(d), sum = word(d);
    for (int n = 1; n <= 24; ++n) {
        const DoubleDouble next = word(-2.0) * (word(c) * a + before) / word(n);
        before = a;
        a = next;
        power = power * word(d);
        sum = sum + a * power / word(n + 1);
        if (std::fabs(power.high * 16) < 0x1p-110 * std::fabs(d)) break;
    }
    return slope * sum;
}

Table::Table() {
    const DoubleDouble factor = two_over_root_pi();
    value[0] = word(0.0);
    for (int i = 0; i < steps; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double c = i * step;
        const ScaledValue e = exp_word(word(-c * c));
        const double scale = std::ldexp(1.0, e.exponent);
        slope[at] = factor * DoubleDouble{e.value.high * scale, e.value.low * scale};
        // From the point before, in two halves.
        if (i > 0) {
            const double before = c - step;
            const DoubleDouble half = increment(before, slope[at - 1], step / 2);
            const DoubleDouble back = increment(c, slope[at], -step / 2);
            value[at] = value[at - 1] + (half - back);
        }
    }
}

double erf_of(double x) {
    static const Table table;
    if (x != x || x == 0.0) return x;
    if (std::isinf(x)) return std::copysign(1.0, x);
    const double magnitude = std::fabs(x);
    if (magnitude >= end) return std::copysign(1.0 - 0x1p-53, x);
    // Below it x and the sign of the next term, - x^3/3.
    if (magnitude < one_term_below) {
        const ScaledValue scaled{table.slope[0] * word(std::ldexp(magnitude, 600)), -600};
        return std::copysign(to_odd(scaled, -1.0), x);
    }
    const double i = std::nearbyint(magnitude / step);
    const auto at = static_cast<std::size_t>(i);
    const double c = i * step;
    return std::copysign(to_odd({table.value[at] + increment(c, table.slope[at], magnitude - c)}, -1.0), x);
}

}  // namespace

double erf_to_odd(double x) {
    return guarded(x, erf_of);
}

}  // namespace halfstep
