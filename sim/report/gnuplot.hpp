// Runs gnuplot without a shell in between.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace halfstep {

// `text` as a single-quoted gnuplot string: nothing in it is a command, a substitution or markup
// (the scripts say `noenhanced`).
std::string gnuplot_string(std::string_view text);

// Runs `gnuplot SCRIPT` inside `folder`. ResultError when it is not installed or says no.
void run_gnuplot(const std::filesystem::path& folder, const std::string& script);

}  // namespace halfstep
