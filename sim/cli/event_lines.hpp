// What went wrong, for the terminal: the first sentences of every run, and where the rest is.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "halfstep/trace/record.hpp"

namespace halfstep {

// Of each run the first seed with events, three sentences of it, at most eight runs; where that is not
// all, a last line counts the events and names `file`. Nothing where there are none.
std::vector<std::string> event_lines(std::span<const RunSummary> summaries, const std::filesystem::path& file);

}  // namespace halfstep
