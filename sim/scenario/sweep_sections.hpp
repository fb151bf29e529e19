// The tables of a sweep as schemas, like those of sections.hpp.
#pragma once

#include <cstdint>

#include "halfstep/spec/schema.hpp"

namespace halfstep {

inline constexpr std::int64_t most_sweep_runs = 100'000'000;  // whatever sweep.limit says

const KindSchema& sweep_section();         // [sweep] without its axes, zip, verdict and series
const KindSchema& boundary_section();      // [boundary] without its range
const KindSchema& verdict_rule_section();  // [[sweep.verdict]]

}  // namespace halfstep
