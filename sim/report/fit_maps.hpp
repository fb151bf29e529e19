// Brings maps of exponents to the room a page has for them.
#pragma once

#include <cstddef>
#include <vector>

#include "halfstep/report/tensors.hpp"

namespace halfstep {

// Makes one column of every two, with the larger share of both.
void halve_columns(ExponentMap& map);

// Until the packed maps have at most `characters`: drops the last maps, but not those with the seed of the
// first; then halves the columns of all, as long as that leaves `fewest_columns`; then drops further
// maps. Returns how many were dropped.
std::size_t fit_maps(std::vector<ExponentMap>& maps, std::size_t characters, std::size_t fewest_columns);

}  // namespace halfstep
