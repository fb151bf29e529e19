// runs.csv: one tidy row a run: `run,seed,steps`, a column a metric, `digest`. A metric
// that only other runs have is an empty field.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "halfstep/trace/record.hpp"

namespace halfstep {

// The metrics of all runs, each once, in the order they first appear.
std::vector<std::string> metric_names(std::span<const RunSummary> summaries);

std::string runs_csv_text(std::span<const RunSummary> summaries);
std::vector<RunSummary> read_runs(const std::filesystem::path& path);

}  // namespace halfstep
