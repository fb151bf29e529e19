// Roundings and operands at which emulated arithmetic goes wrong first.
#pragma once

#include <vector>

#include "random_program.hpp"

namespace edge {

// Named and odd formats, each with the overflow and subnormal rules it can have.
const std::vector<halfstep::Rounding>& roundings();
std::string describe(const halfstep::Rounding& rounding);

// Signed zeros, infinity, NaN, both ends of the format's range and beyond, ties of its last place,
// and clusters within one precision of each other, where sums round.
std::vector<double> values(random_program::Random& random, const halfstep::Rounding& rounding, int n);

}  // namespace edge
