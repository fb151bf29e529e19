// A second oracle for roundings of binary32 numbers, fast enough for all 2^32 of them and unlike
// the kernel: it takes significand and exponent apart, shifts, compares the lost part with a half,
// and puts the result together in binary64. Checked against the slow oracle.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "halfstep/format/format.hpp"

namespace oracle {

// For infinities on overflow and subnormals kept, or flushed; formats within binary32's exponents.
class ShiftRounding {
public:
    explicit ShiftRounding(const halfstep::Rounding& rounding)
        : precision_(rounding.format.precision),
          emin_(rounding.format.emin),
          max_finite_(rounding.format.max_finite),
          smallest_(rounding.subnormals == halfstep::Subnormals::flush ? rounding.format.min_normal() : 0.0) {}

    // The magnitude a binary32 with these bits (finite or infinite) is rounded to.
    double magnitude(std::uint32_t bits) const {
        const auto biased = static_cast<std::int32_t>((bits >> 23) & 255u);
        const auto fraction = static_cast<std::int32_t>(bits & 0x7fffffu);
        const std::int32_t significand = biased == 0 ? fraction : fraction + 0x800000;
        const std::int32_t exponent = std::max(biased, 1) - 127;               // of the leading bit
        const std::int32_t unit = std::max(exponent, emin_) - precision_ + 1;  // of the result
        const std::int32_t dropped = std::min(unit - (exponent - 23), 30);
        const std::int32_t kept = significand >> dropped;
        const std::int32_t twice_rest = (significand - (kept << dropped)) * 2;
        const std::int32_t one = 1 << dropped;
        const bool up = twice_rest > one || (twice_rest == one && kept % 2 == 1);
        const double value = static_cast<double>(kept + (up ? 1 : 0)) * power_of_two(unit);
        const double limited = value > max_finite_ || biased == 255 ? std::numeric_limits<double>::infinity() : value;
        return limited < smallest_ ? 0.0 : limited;
    }

private:
    static double power_of_two(std::int32_t exponent) {
        return __builtin_bit_cast(double, static_cast<std::uint64_t>(exponent + 1023) << 52);
    }
    std::int32_t precision_, emin_;
    double max_finite_, smallest_;
};

}  // namespace oracle
