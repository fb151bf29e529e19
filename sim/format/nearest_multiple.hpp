// A number as an integer times a power of two, and the multiple of another power of two next to it in every mode: what
// the scalar path rounds by.
#pragma once

#include <cmath>
#include <cstdint>

#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"

namespace halfstep {

inline bool is_signalling(double x) {
    return std::isnan(x) && (to_bits(x) & std::uint64_t(1) << 51) == 0;
}

// |x| = significand * 2^exponent, x finite and not zero.
struct Parts {
    std::uint64_t significand;
    int exponent;
};
inline Parts parts_of(double x) {
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(x), &exponent);  // in [1/2, 1)
    return {static_cast<std::uint64_t>(std::ldexp(fraction, 53)), exponent - 53};
}

// The multiple of 2^unit next to the magnitude, as the mode says; and whether that is another number.
struct Multiple {
    std::uint64_t count;
    bool exact;
};

// rest / 2^drop > (R + 1/2) / 2^bits
inline bool goes_up_by_chance(std::uint64_t rest, int drop, const Decision& by) {
    const std::uint64_t threshold = 2 * std::uint64_t(by.random >> (32 - by.bits)) + 1;
    return std::ldexp(double(rest), by.bits + 1 - drop) > double(threshold);  // exact: 53 bits and 33
}

inline Multiple nearest_multiple(const Parts& x, int unit, bool negative, const Decision& by) {
    const int drop = unit - x.exponent;
    if (drop <= 0) return {x.significand << -drop, true};  // at most 24 bits are kept of 53: no shift that loses any
    const std::uint64_t kept = drop < 64 ? x.significand >> drop : 0;
    const std::uint64_t rest = drop < 64 ? x.significand & ((std::uint64_t(1) << drop) - 1) : x.significand;
    if (rest == 0) return {kept, true};
    // Beyond 54 bits the magnitude is less than half a unit.
    const std::uint64_t half = drop < 64 ? std::uint64_t(1) << (drop - 1) : 0;
    const bool above = half != 0 && rest > half, tie = half != 0 && rest == half;
    bool up = false;
    switch (by.mode) {
        case RoundingMode::ties_to_even:
            up = above || (tie && (kept & 1) != 0);
            break;
        case RoundingMode::ties_to_away:
            up = above || tie;
            break;
        case RoundingMode::toward_zero:
            break;
        case RoundingMode::toward_positive:
            up = !negative;
            break;
        case RoundingMode::toward_negative:
            up = negative;
            break;
        case RoundingMode::to_odd:
            up = (kept & 1) == 0;
            break;
        case RoundingMode::stochastic:
            up = goes_up_by_chance(rest, drop, by);
            break;
    }
    return {kept + (up ? 1 : 0), false};
}

}  // namespace halfstep
