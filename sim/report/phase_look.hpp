// How verdicts look in figures: Okabe and Ito's colours and a letter, as on the page (web/verdicts.js, web/phase.css).
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/phase.hpp"

namespace halfstep {

struct VerdictLook {
    std::string colour;  // "#8CCBEE"
    char letter;
};
std::vector<VerdictLook> verdict_looks(const Phase& phase);  // of each of Phase::verdicts

// The commonest verdict of a cell and whether its seeds disagree; -1 without a run.
std::pair<int, bool> verdict_of_cell(const Phase& phase, const PhaseVariant& variant, std::size_t cell);

}  // namespace halfstep
