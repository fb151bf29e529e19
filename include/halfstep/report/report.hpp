// Pages from what is on disk: `halfstep run` and `halfstep report` go the same way.
#pragma once

#include <filesystem>

namespace halfstep {

// Rebuilds OUT/NAME/report.html (and thumbnail.svg, for the index) from manifest.json, runs.csv and
// series.csv, and from sweep/ where there is one, which may also stand alone. ResultError when they are missing,
// damaged or do not belong together.
void write_report(const std::filesystem::path& results_folder);

// OUT/index.html over every folder in OUT that holds a manifest.json; one that cannot be read is
// listed with the reason.
void write_index(const std::filesystem::path& out);

}  // namespace halfstep
