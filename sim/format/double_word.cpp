#include "double_word.hpp"

#include <limits>

#include "elementary_tables.hpp"
#include "halfstep/format/elementary.hpp"

namespace halfstep {

ScaledValue exp_word(DoubleDouble x) {
    if (std::fabs(x.high) > 5000.0) x = word(std::copysign(5000.0, x.high));
    const double k = std::nearbyint(x.high * (tables::exp_steps / tables::ln2.high));
    const auto steps = static_cast<std::int64_t>(k);
    const DoubleDouble r = x - word(k) * tables::exp_step;  // below 0.0055
    DoubleDouble sum = word(1.0);
    for (int n = 12; n >= 1; --n) sum = word(1.0) + r * sum / word(n);
    const auto j = static_cast<std::size_t>(steps & (tables::exp_steps - 1));
    return {DoubleDouble{tables::exp.high[j], tables::exp.low[j]} * sum,
            static_cast<int>(std::floor(k / tables::exp_steps))};
}

// One step of Newton's method from binary64: with y near log(x), log(x) = y + log(x e^-y).
DoubleDouble log_word(DoubleDouble x) {
    const double y = log_to_odd(x.high);
    const ScaledValue inverse = exp_word(word(-y));
    const double scale = std::ldexp(1.0, inverse.exponent);  // of 1/x
    const DoubleDouble ratio = DoubleDouble{x.high * scale, x.low * scale} * inverse.value;
    const DoubleDouble e = ratio - word(1.0);  // below 2^-40
    return word(y) + (e - e * e * word(0.5));
}

double to_odd(const ScaledValue& x, double direction) {
    const DoubleDouble v = fast_two_sum(x.value.high, x.value.low);
    const double odd = toward_odd(v.high, v.low == 0.0 ? direction : v.low);
    if (odd == 0.0 || !std::isfinite(odd)) return odd;
    const double scaled = std::ldexp(odd, x.exponent);
    if (std::isinf(scaled)) return std::copysign(std::numeric_limits<double>::max(), odd);
    if (std::fabs(scaled) >= std::numeric_limits<double>::min()) return scaled;
    // Bits were lost, unless the value is exact.
    if (std::ldexp(scaled, -x.exponent) == odd && v.low == 0.0 && direction == 0.0) return scaled;
    return from_bits<double>(to_bits(std::copysign(scaled, odd)) | 1u);
}

}  // namespace halfstep
