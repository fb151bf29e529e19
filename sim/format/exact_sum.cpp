#include "halfstep/format/exact_sum.hpp"

#include <cmath>

#include "double_double.hpp"
#include "guarded.hpp"
#include "halfstep/format/round_to_odd.hpp"

namespace halfstep {
namespace {

double sum_of(std::span<double> terms, const std::optional<RoundMode>& mode) {
    double plain = 0.0;
    bool zeros = true, positive = false, negative = false;
    for (const double x : terms) {
        plain += x;
        zeros = zeros && x == 0.0;
        (std::signbit(x) ? negative : positive) = true;
    }
    if (!std::isfinite(plain)) return plain;
    const bool one_sign = zeros && positive != negative;
    const double zero = one_sign ? (negative ? -0.0 : 0.0) : mode ? mode->zero() : 0.0;
    // Components that do not overlap, the smallest first; their sum is the sum so far. There are at most as many as
    // terms were added, and take their place.
    std::size_t count = 0;
    for (std::size_t at = 0; at < terms.size(); ++at) {
        double carried = terms[at];
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const DoubleDouble s = two_sum(carried, terms[i]);
            if (s.low != 0.0) terms[kept++] = s.low;
            carried = s.high;
        }
        if (carried != 0.0) terms[kept++] = carried;
        count = kept;
    }
    if (count == 0) return zero;
    // From the largest down until something is left over: that decides the odd bit.
    double high = terms[count - 1], low = 0.0;
    for (std::size_t i = count - 1; i-- > 0;) {
        const DoubleDouble s = fast_two_sum(high, terms[i]);
        high = s.high;
        low = s.low;
        if (low != 0.0) break;  // what comes below is smaller than its unit, and cannot change its sign
    }
    return toward_odd(high, low);
}

}  // namespace

double sum_to_odd(std::span<double> terms, const std::optional<RoundMode>& mode) {
    return guarded([&] { return sum_of(terms, mode); });
}

}  // namespace halfstep
