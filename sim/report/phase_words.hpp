// A sweep in words: what the page says above its diagrams and in its tables.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/phase.hpp"

namespace halfstep {

std::string verdict_doc(const Sweep& sweep, const std::string& verdict);         // what it means
std::string axis_name(const SweepAxis& axis);                                    // its first key
std::string point_text(const Sweep& sweep, const std::vector<std::string>& at);  // "model.dimension = 4, ..."

// Of one search, where it can be drawn: the first axis beside the searched one along which it was made.
struct BoundaryCurve {
    const BoundarySearch* search = nullptr;
    std::string run;
    std::vector<const BoundaryRow*> rows;  // in file order
};
std::vector<BoundaryCurve> boundary_curves(const Phase& phase);

std::vector<std::string> boundary_sentences(const Phase& phase);

}  // namespace halfstep
