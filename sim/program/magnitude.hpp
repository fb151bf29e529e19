// The largest and the smallest magnitude of an array as integers: what is above every finite number,
// and zeros, are found without a branch an element.
#pragma once

#include <algorithm>
#include <cstdint>

#include "halfstep/format/round.hpp"

namespace halfstep {

inline std::uint32_t largest_magnitude(const float* x, std::int64_t n) {
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, to_bits(x[i]) & BitsOf<float>::magnitude_mask);
    return largest;
}

inline std::uint32_t smallest_magnitude(const float* x, std::int64_t n) {
    std::uint32_t smallest = BitsOf<float>::magnitude_mask;
    for (std::int64_t i = 0; i < n; ++i) smallest = std::min(smallest, to_bits(x[i]) & BitsOf<float>::magnitude_mask);
    return smallest;
}

}  // namespace halfstep
