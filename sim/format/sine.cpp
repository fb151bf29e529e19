// Sine and cosine, in double-double arithmetic: x = n pi/2 + r with n and r/(pi/2) from the bits of 2/pi that
// matter (Payne and Hanek 1983), then the series at |r| <= pi/4.
#include <array>
#include <cstdint>
#include <limits>

#include "double_word.hpp"
#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"
#include "two_over_pi.hpp"

namespace halfstep {
namespace {

constexpr DoubleDouble half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

struct Quarters {
    int n;           // modulo 4
    DoubleDouble r;  // of the angle, in [-pi/4, pi/4]
};

// |x| = m 2^e with a 53-bit integer m. Words of 2/pi whose product with m is a multiple of 4 are left out; of the
// others ten words, 320 bits, are more than enough: r is not below 2^-62 for any binary64 number.
Quarters quarters_of(double magnitude) {
    int exponent = 0;
    const auto m = static_cast<std::uint64_t>(std::ldexp(std::frexp(magnitude, &exponent), 53));
    const int e = exponent - 53;
    constexpr int words = 10;
    // Word k has the weight 2^(-32 (k + 1)), in the product 2^(e - 32 (k + 1)).
    const int first = e >= 34 ? (e - 2) / 32 - 1 : 0;
    std::array<std::uint32_t, words + 2> product{};  // the highest first
    std::uint64_t carry_low = 0;
    const std::uint64_t low = m & 0xffffffffu, high = m >> 32;
    // Schoolbook, from the last word on: product = window * m.
    std::array<std::uint64_t, words + 3> sums{};
    for (int k = 0; k < words; ++k) {
        const std::uint64_t w = tables::two_over_pi[static_cast<std::size_t>(first + k)];
        const std::uint64_t a = w * low, b = w * high;
        const auto at = static_cast<std::size_t>(k) + 2;  // the place of the word's own weight
        sums[at] += a & 0xffffffffu;
        sums[at - 1] += (a >> 32) + (b & 0xffffffffu);
        sums[at - 2] += b >> 32;
    }
    for (std::size_t i = words + 2; i-- > 0;) {
        const std::uint64_t s = sums[i] + carry_low;
        product[i] = static_cast<std::uint32_t>(s);
        carry_low = s >> 32;
    }
    // product[i] has the weight 2^(e - 32 (first + i - 1)); the point is after `integer_bits` bits.
    const int integer_bits = 32 + e - 32 * (first - 1);
    const auto bit = [&](int i) -> std::uint32_t {
        return i < 0 || i >= 32 * (words + 2) ? 0u : product[static_cast<std::size_t>(i / 32)] >> (31 - i % 32) & 1u;
    };
    int n = static_cast<int>(bit(integer_bits - 2) * 2 + bit(integer_bits - 1));
    // The fraction, or what is left to the next integer where it is above a half.
    const bool above = bit(integer_bits) == 1;
    int start = integer_bits;
    while (start < 32 * (words + 2) && bit(start) == (above ? 1u : 0u)) ++start;
    std::uint64_t top = 0, next = 0;
    for (int i = 0; i < 53; ++i) top = top << 1 | (bit(start + i) ^ (above ? 1u : 0u));
    for (int i = 53; i < 106; ++i) next = next << 1 | (bit(start + i) ^ (above ? 1u : 0u));
    if (above) {
        // The complement is one unit below the difference, a unit far below what is kept.
        n = (n + 1) & 3;
    }
    const int weight = integer_bits - start;  // of the bit at `start`: 2^(weight - 1)
    const DoubleDouble fraction = fast_two_sum(std::ldexp(static_cast<double>(top), weight - 53),
                                               std::ldexp(static_cast<double>(next), weight - 106));
    const double sign = above ? -1.0 : 1.0;
    const DoubleDouble r = fraction * half_pi;
    return {n, {sign * r.high, sign * r.low}};
}

DoubleDouble series(DoubleDouble r, bool sine) {
    const DoubleDouble r2 = r * r;
    DoubleDouble sum = word(1.0);
    for (int k = 28; k >= 2; k -= 2) {
        const double divisor = sine ? double(k) * (k + 1) : double(k) * (k - 1);
        sum = word(1.0) - r2 * sum / word(divisor);
    }
    return sine ? r * sum : sum;
}

double sine_or_cosine(double x, int quarter) {
    // A small angle is its own remainder; a product with 2/pi would lose the last bits of the series.
    const Quarters q = std::fabs(x) < 0.75 ? Quarters{0, word(std::fabs(x))} : quarters_of(std::fabs(x));
    const int turned = (q.n + quarter) & 3;
    const DoubleDouble value = series(q.r, turned % 2 == 0);
    const double sign = turned >= 2 ? -1.0 : 1.0;
    return to_odd({{sign * value.high, sign * value.low}}, 1.0);
}

double sin_of(double x) {
    if (x != x || x == 0.0) return x;
    if (std::isinf(x)) return std::numeric_limits<double>::quiet_NaN();
    if (std::fabs(x) < one_term_below) return to_odd({word(x)}, -x);  // - x^3/6
    return std::signbit(x) ? -sine_or_cosine(-x, 0) : sine_or_cosine(x, 0);
}

double cos_of(double x) {
    if (x != x) return x;
    if (std::isinf(x)) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0.0) return 1.0;
    if (std::fabs(x) < one_term_below) return 1.0 - 0x1p-53;
    return sine_or_cosine(x, 1);
}

}  // namespace

double sin_to_odd(double x) {
    return guarded(x, sin_of);
}
double cos_to_odd(double x) {
    return guarded(x, cos_of);
}

}  // namespace halfstep
