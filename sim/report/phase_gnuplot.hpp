// What the scripts of all diagrams of a sweep have in common.
#pragma once

#include <string>
#include <vector>

#include "phase_look.hpp"
#include "phase_scale.hpp"

namespace halfstep {

std::string script_head(const std::string& name, const std::string& title);
std::string axis_script(char axis, const PhaseScale& scale, const SweepKey& key);  // 'x' or 'y'
std::string plot_start(const std::string& name);                                   // the SVG's terminal, "plot \\"
std::string verdict_keys(const Phase& phase, const std::vector<VerdictLook>& looks);
std::string plot_end(const std::string& name);  // the same once more as PNG

// Of a sweep with one axis: data and script of a variant's final loss; an empty text where none is finite.
std::string line_data(const Phase& phase, const PhaseVariant& variant, const PhaseScale& x);
std::string line_script(const Phase& phase, const PhaseVariant& variant, const std::string& name, const PhaseScale& x);

}  // namespace halfstep
