// Tables of exp, log and tanh at regular points, each value as high + low, computed by the
// compiler from + - x / alone (series in double-double), so no digits are typed in.
#pragma once

#include <array>

#include "double_double.hpp"

namespace halfstep::tables {

// Two parallel arrays rather than one of pairs: the vectorised lookups are two plain gathers.
template <int n>
struct HighLow {
    std::array<double, n> high{}, low{};
    constexpr void set(int i, DoubleDouble value) {
        high[static_cast<unsigned>(i)] = value.high;
        low[static_cast<unsigned>(i)] = value.low;
    }
};

// log(ratio) = 2 atanh((ratio - 1) / (ratio + 1)), for ratio between 1/2 and 2.
constexpr DoubleDouble series_log(double ratio) {
    const DoubleDouble t = DoubleDouble{ratio - 1.0, 0.0} / two_sum(ratio, 1.0);
    const DoubleDouble t2 = t * t;
    DoubleDouble power = t, sum = t;
    for (int n = 3; n < 76 && (power.high > 0x1p-120 || power.high < -0x1p-120); n += 2) {
        power = power * t2;
        sum = sum + power / DoubleDouble{static_cast<double>(n), 0.0};
    }
    return sum + sum;
}

// exp(x) by its Taylor series, for |x| < 1/8.
constexpr DoubleDouble series_exp(DoubleDouble x) {
    DoubleDouble sum{1.0, 0.0};
    for (int n = 24; n >= 1; --n) sum = DoubleDouble{1.0, 0.0} + x * sum / DoubleDouble{static_cast<double>(n), 0.0};
    return sum;
}

// `value` cut into a multiple of `unit` (a power of two) and the rest, |value| < 2^51 unit.
constexpr DoubleDouble cut(DoubleDouble value, double unit) {
    const double magic = unit * 0x1.8p52;
    const double high = (value.high + magic) - magic;
    return {high, (value.high - high) + value.low};
}

constexpr DoubleDouble ln2 = series_log(2.0);

// exp: 2^(j/64), j = 0..63.
constexpr int exp_steps = 64;
constexpr DoubleDouble exp_step = ln2 / DoubleDouble{exp_steps, 0.0};  // ln(2)/64
// k * exp_step_cut.high is exact for |k| < 2^17.
constexpr DoubleDouble exp_step_cut = cut(exp_step, 0x1p-42);
constexpr HighLow<exp_steps> make_exp() {
    HighLow<exp_steps> table;
    const DoubleDouble ratio = series_exp(exp_step);
    DoubleDouble value{1.0, 0.0};
    for (int j = 0; j < exp_steps; ++j, value = value * ratio) table.set(j, value);
    return table;
}
constexpr HighLow<exp_steps> exp = make_exp();

// log: the significand z runs over [log_offset, 2 log_offset) in 128 intervals equal in the bits
// of z; the interval around 1 is [1 - 2^-9, 1 + 2^-8). inverse[j] is 1/z there to 10 bits (so
// that products with it split exactly), value[j] = -log(inverse[j]), its high part a multiple of
// 2^-42 as is ln2_cut.high, so that k ln 2 + value is exact in the high parts.
constexpr int log_steps = 128;
constexpr unsigned long long log_offset_bits = 0x3fe5f00000000000u;
constexpr DoubleDouble ln2_cut = cut(ln2, 0x1p-42);
struct LogTable {
    std::array<double, log_steps> inverse{};
    HighLow<log_steps> value;
};
constexpr LogTable make_log() {
    LogTable table;
    for (int j = 0; j < log_steps; ++j) {
        const unsigned long long middle = log_offset_bits + (static_cast<unsigned long long>(2 * j + 1) << 44);
        const double z = __builtin_bit_cast(double, middle);
        const double inverse = (1.0 / z + 0x1.8p42) - 0x1.8p42;  // to a multiple of 2^-10
        table.inverse[static_cast<unsigned>(j)] = inverse;
        table.value.set(j, cut(DoubleDouble{0.0, 0.0} - series_log(inverse), 0x1p-42));
    }
    return table;
}
constexpr LogTable log = make_log();

// tanh(i/32), i = 0..624; 2 exp(-2 * 19.5) is a fifth of the last bit below 1.
constexpr double tanh_end = 19.5;
constexpr int tanh_steps = 625;
constexpr HighLow<tanh_steps> make_tanh() {
    HighLow<tanh_steps> table;
    const DoubleDouble one{1.0, 0.0};
    const DoubleDouble ratio = series_exp(DoubleDouble{1.0 / 16.0, 0.0});
    DoubleDouble power = one;  // exp(2 i/32)
    for (int i = 0; i < tanh_steps; ++i, power = power * ratio) table.set(i, (power - one) / (power + one));
    return table;
}
constexpr HighLow<tanh_steps> tanh = make_tanh();

}  // namespace halfstep::tables
