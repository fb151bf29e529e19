// Where each deterministic rounding mode goes up, for the kernels that follow it.
#pragma once

#include "halfstep/format/rounding_mode.hpp"

namespace halfstep {

inline constexpr double always = 0.0, never = 1.0, above_half = 0.5, from_half = 0x1.fffffffffffffp-2;

// The rest, in units, above which a magnitude goes up: where the multiple below is even, and where it is odd.
struct Threshold {
    double even, odd;
};
inline Threshold threshold_of(RoundingMode mode, bool negative) {
    switch (mode) {
        case RoundingMode::ties_to_even:
            return {above_half, from_half};
        case RoundingMode::ties_to_away:
            return {from_half, from_half};
        case RoundingMode::toward_positive:
            return negative ? Threshold{never, never} : Threshold{always, always};
        case RoundingMode::toward_negative:
            return negative ? Threshold{always, always} : Threshold{never, never};
        case RoundingMode::to_odd:
            return {always, never};
        default:
            return {never, never};
    }
}

// Where finite numbers beyond the largest one become what overflow gives.
inline bool overflows(RoundingMode mode, bool negative) {
    return mode == RoundingMode::ties_to_even || mode == RoundingMode::ties_to_away ||
           threshold_of(mode, negative).odd == always;
}

}  // namespace halfstep
