// Numbers to compute with: the edges of a format, then pseudo-random ones over and around its range, half of
// them so short that rounding them is a tie.
#pragma once

#include <cstddef>
#include <vector>

#include "halfstep/format/format.hpp"

namespace halfstep::digests {

// `purpose` tells draws apart.
std::vector<double> inputs(const Format& format, std::size_t count, unsigned purpose);

std::vector<Rounding> choices(const Format& format, RoundingMode mode);  // every overflow and subnormal choice

}  // namespace halfstep::digests
