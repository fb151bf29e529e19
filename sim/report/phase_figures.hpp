// The diagrams of a sweep as gnuplot scripts: figures/phase-VARIANT.{gp,dat} for every swept variant, over two axes a
// map of verdicts with boundary and theory, over one the final loss; of more axes a file for each value of one of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "halfstep/report/phase.hpp"

namespace halfstep {

// Writes data and scripts; the names of the pictures they draw, without extension.
std::vector<std::string> write_phase_scripts(const Phase& phase, const std::filesystem::path& folder);

}  // namespace halfstep
