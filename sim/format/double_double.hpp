// Sums of two binary64 numbers, about 104 bits (Dekker 1971; Knuth, TAOCP 2, 4.2.2), usable in
// constant expressions: what the tables of elementary.cpp are computed with while compiling.
// Magnitudes between 2^-500 and 2^500 only. Relative errors are a few 2^-104.
#pragma once

namespace halfstep {

struct DoubleDouble {
    double high, low;
};

// a + b exactly, for |a| >= |b| or a = 0.
constexpr DoubleDouble fast_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// a + b exactly.
constexpr DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// The upper 26 bits of a, and the rest.
constexpr DoubleDouble split(double a) {
    const double scaled = a * 0x1.0000002p27;
    const double high = scaled - (scaled - a);
    return {high, a - high};
}

// a * b exactly.
constexpr DoubleDouble two_product(double a, double b) {
    const double product = a * b;
    const DoubleDouble x = split(a), y = split(b);
    return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = two_sum(a.high, b.high);
    const DoubleDouble low = two_sum(a.low, b.low);
    const DoubleDouble sum = fast_two_sum(high.high, high.low + low.high);
    return fast_two_sum(sum.high, sum.low + low.low);
}
constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) {
    return a + DoubleDouble{-b.high, -b.low};
}
constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = two_product(a.high, b.high);
    return fast_two_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}
constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    const DoubleDouble rest = a - b * DoubleDouble{first, 0.0};
    const double second = rest.high / b.high;
    const DoubleDouble last = rest - b * DoubleDouble{second, 0.0};
    const DoubleDouble quotient = fast_two_sum(first, second);
    return quotient + DoubleDouble{last.high / b.high, 0.0};
}

}  // namespace halfstep
