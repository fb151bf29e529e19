// The losses of a scenario as a small drawing for the terminal, six lines high: over steps, on a
// logarithmic axis unless a loss is negative. With colours all runs share one drawing and a legend
// tells them apart; without, each run has a drawing of its own, all with the same axes. A cross marks
// where a run's loss stopped being finite.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "halfstep/trace/results.hpp"
#include "terminal.hpp"

namespace halfstep {

// Lines of at most min(80, terminal.columns) columns, from what is on disk. None where there is
// nothing to draw or fewer than 24 columns to draw in.
std::vector<std::string> loss_curve(const std::filesystem::path& folder, const Results& results,
                                    const Terminal& terminal);

}  // namespace halfstep
