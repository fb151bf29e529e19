// The verdicts of a scenario as lines for a terminal, columns aligned:
//
//   held    base, seed 1: final_loss = 0.0123, expected below 0.1
//   FAILED  adam, seed 1: max_loss   = 134.1,  expected at most 5.77 (1.2 × base's max_loss)
//
// Where the window is too narrow for columns, each is a wrapped sentence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "halfstep/report/verdict.hpp"
#include "terminal.hpp"

namespace halfstep {

// No line is wider than the terminal; outside one (a file, a pipe) every verdict is one line, however
// long, and no name is shortened.
std::vector<std::string> verdict_lines(std::span<const Verdict> verdicts, const Terminal& terminal);

}  // namespace halfstep
