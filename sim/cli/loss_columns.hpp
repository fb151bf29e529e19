// The losses of a results folder, thinned for a picture of a few columns: of each column the first,
// the last, the smallest and the largest finite value are kept. Memory grows with the columns and the
// runs, not with the steps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "halfstep/report/decimate.hpp"
#include "halfstep/trace/results.hpp"

namespace halfstep {

struct LossColumn {
    double first = 0, last = 0, smallest = 0, largest = 0;
    bool broken = false;  // a value that is not finite came before `first`, after the column before
};

struct LossTrace {
    std::size_t variant = 0;  // index in Experiment::runs
    std::uint64_t seed = 0;
    std::vector<std::optional<LossColumn>> columns;  // nothing where no finite value was recorded
    CurveFacts facts;
};

// The column of a step when steps 0 .. last_step spread over `columns`.
int column_of(std::int64_t step, std::int64_t last_step, int columns);

std::int64_t last_step_of(const Experiment& experiment);  // of the longest run

// Reads series.csv once; the losses of the first runs, of each the first seeds.
std::vector<LossTrace> read_losses(const std::filesystem::path& folder, const Results& results, int columns,
                                   std::size_t most_runs, std::size_t most_seeds);

}  // namespace halfstep
