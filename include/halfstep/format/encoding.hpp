// Values of a format as bits: sign, biased exponent, fraction. IEEE 754-2019, 3.4; for formats without
// infinities the top exponent holds numbers too, and NaN, where there is one, is all ones (fp8_e4m3) or the
// bits of -0 (fp8_e4m3fnuz). Fixed point is two's complement.
#pragma once

#include <cstdint>

#include "halfstep/format/format.hpp"

namespace halfstep {

int exponent_bits(const Format& format);  // 0 of fixed point
// 1 + exponent_bits + precision - 1: 16 for fp16, 19 for tf32.
int width(const Format& format);

// Bits beyond the width are not looked at. A signalling NaN (first fraction bit 0) comes as a signalling
// binary64 NaN.
double decode(const Format& format, std::uint32_t bits);
// `value` has to be one of the format's; NaN becomes the quiet one. Another value: std::invalid_argument. Of a
// block format an element, as if its scale were 1.
std::uint32_t encode(const Format& format, double value);

}  // namespace halfstep
