// The exact sum of several binary64 numbers, rounded to odd once: what a tensor core's dot product of a few
// terms is before its one rounding. Error-free additions (Shewchuk 1997, "Adaptive precision floating-point
// arithmetic and fast robust geometric predicates", section 2.3).
#pragma once

#include <optional>
#include <span>

#include "halfstep/format/round.hpp"

namespace halfstep {

// Products of binary32 numbers or such numbers, so that nothing overflows or becomes subnormal; infinities and
// NaN as in any sum. The sign of an exact zero is `mode`'s, or that of ties to even, unless all terms are zeros of
// one sign.
// `terms` is where it works: what is left there means nothing.
double sum_to_odd(std::span<double> terms, const std::optional<RoundMode>& mode = std::nullopt);

}  // namespace halfstep
