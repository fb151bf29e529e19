// expm1 and sigmoid, in double-double arithmetic.
#include <limits>

#include "double_word.hpp"
#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"

namespace halfstep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// x + x^2/2! + ..., for |x| < 1/16
DoubleDouble series_expm1(double x) {
    DoubleDouble sum = word(1.0);
    for (int n = 16; n >= 2; --n) sum = word(1.0) + word(x) * sum / word(n);
    return word(x) * sum;
}

double expm1_of(double x) {
    if (x != x || x == 0.0 || x == infinity) return x;
    if (x == -infinity) return -1.0;
    if (std::fabs(x) < one_term_below) return to_odd({word(x)}, 1.0);  // + x^2/2
    if (x < -60.0) return -1.0 + 0x1p-53;
    if (std::fabs(x) < 0x1p-4) return to_odd({series_expm1(x)}, 1.0);
    if (x > 200.0) return to_odd(exp_word(word(x)), -1.0);
    const ScaledValue e = exp_word(word(x));
    const double scale = std::ldexp(1.0, e.exponent);
    return to_odd({DoubleDouble{e.value.high * scale, e.value.low * scale} - word(1.0)}, 1.0);
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

}  // namespace

double expm1_to_odd(double x) {
    return guarded(x, expm1_of);
}
double sigmoid_to_odd(double x) {
    return guarded(x, sigmoid_of);
}

}  // namespace halfstep
