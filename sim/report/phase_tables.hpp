// The tables of a sweep: what its diagrams show, for those who do not see them.
#pragma once

#include <string>

#include "halfstep/report/phase.hpp"

namespace halfstep {

std::string count_table(const Phase& phase);     // how many runs of each variant came out how
std::string boundary_table(const Phase& phase);  // empty without searches
std::string verdict_grids(const Phase& phase);  // the verdict of every point, folded; a sentence when they are too many

}  // namespace halfstep
