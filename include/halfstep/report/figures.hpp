// Figures for papers and slides: RESULTS/figures/loss.{svg,png} and loss_scale.{svg,png}, and of a sweep
// phase-VARIANT.{svg,png}, with the data (.dat) and the gnuplot script (.gp) they were drawn from beside them.
#pragma once

#include <filesystem>
#include <vector>

namespace halfstep {

// Draws from what is on disk, as write_report. Returns the pictures. ResultError, naming the Debian
// package, when gnuplot is missing; the .dat and .gp files are there even then.
std::vector<std::filesystem::path> write_figures(const std::filesystem::path& results_folder);

}  // namespace halfstep
