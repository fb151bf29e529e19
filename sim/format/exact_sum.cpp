#include "halfstep/format/exact_sum.hpp"

#include <cmath>
#include <vector>

#include "double_double.hpp"
#include "guarded.hpp"
#include "halfstep/format/round_to_odd.hpp"

namespace halfstep {
namespace {

double sum_of(std::span<const double> terms, const std::optional<RoundMode>& mode) {
    double plain = 0.0;
    bool all_negative_zeros = true, all_zeros = true;
    for (const double x : terms) {
        plain += x;
        all_zeros = all_zeros && x == 0.0;
        all_negative_zeros = all_negative_zeros && x == 0.0 && std::signbit(x);
    }
    if (!std::isfinite(plain)) return plain;
    if (all_negative_zeros) return -0.0;
    const bool positive_zeros = all_zeros && [&] {
        for (const double x : terms)
            if (std::signbit(x)) return false;
        return true;
    }();
    const double zero = mode && !positive_zeros ? mode->zero() : 0.0;
    // Components that do not overlap, the smallest first; their sum is the sum so far.
    std::vector<double> components;
    for (const double x : terms) {
        double carried = x;
        std::size_t kept = 0;
        for (const double c : components) {
            const DoubleDouble s = two_sum(carried, c);
            if (s.low != 0.0) components[kept++] = s.low;
            carried = s.high;
        }
        components.resize(kept);
        if (carried != 0.0) components.push_back(carried);
    }
    if (components.empty()) return zero;
    // From the largest down until something is left over: that decides the odd bit.
    double high = components.back(), low = 0.0;
    for (std::size_t i = components.size() - 1; i-- > 0;) {
        const DoubleDouble s = fast_two_sum(high, components[i]);
        high = s.high;
        low = s.low;
        if (low != 0.0) {
            // What comes below is smaller than half a unit of `low`, and cannot change its sign.
            break;
        }
    }
    return toward_odd(high, low);
}

}  // namespace

double sum_to_odd(std::span<const double> terms, const std::optional<RoundMode>& mode) {
    return guarded([&] { return sum_of(terms, mode); });
}

}  // namespace halfstep
