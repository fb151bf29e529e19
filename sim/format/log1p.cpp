// log1p, in double-double arithmetic.
#include <limits>

#include "double_word.hpp"
#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"

namespace halfstep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// x - x^2/2 + x^3/3 - ..., for |x| < 2^-6
DoubleDouble series_log1p(double x) {
    DoubleDouble sum = word(0.0);
    for (int n = 18; n >= 1; --n) sum = word(1.0) / word(n) - word(x) * sum;
    return word(x) * sum;
}

double log1p_of(double x) {
    if (x != x || x == 0.0 || x == infinity) return x;
    if (x == -1.0) return -infinity;
    if (x < -1.0) return not_a_number;
    if (std::fabs(x) < one_term_below) return to_odd({word(x)}, -1.0);  // - x^2/2
    if (std::fabs(x) < 0x1p-6) return to_odd({series_log1p(x)}, -1.0);
    if (x > 0x1p200) {
        // log(x) and 1/x, far below its last place.
        const Split s = split_of(x);
        return to_odd({log_word(word(s.significand)) + log_word(word(2.0)) * word(s.exponent)}, 1.0);
    }
    return to_odd({log_word(two_sum(1.0, x))}, 1.0);
}

}  // namespace

double log1p_to_odd(double x) {
    return guarded(x, log1p_of);
}

}  // namespace halfstep
