// What a sweep came to, as lines for a terminal.
#pragma once

#include <string>
#include <vector>

#include "halfstep/trace/sweep_results.hpp"

namespace halfstep {

//   sweep: 1024 runs: 612 trains, 300 diverged, 112 stuck
//   boundary: base at dimension = 4, seed 1: trains up to lr = 0.1, diverges ... from 0.102 on (7 runs)
std::vector<std::string> sweep_lines(const SweepResults& results);

// The same of one search, a sentence.
std::string boundary_sentence(const Sweep& sweep, const BoundaryRow& row);

}  // namespace halfstep
