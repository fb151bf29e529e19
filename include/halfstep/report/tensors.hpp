// The statistics of tensors in a results folder, brought to the size of a page: histograms of
// exponents over time as maps of few columns, and what every tensor lost over the whole run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "halfstep/trace/results.hpp"

namespace halfstep {

// Which tensor of which run: the values are in the format of `role`.
struct TensorId {
    std::size_t variant = 0;  // index in Experiment::runs
    std::string role, tensor;
    bool operator==(const TensorId&) const = default;
};

// A column holds the traced steps from its own to the next column's. Every share is the largest at any
// of them, so that what happened at a single step stays to be seen.
struct ExponentMap {
    TensorId id;
    std::uint64_t seed = 0;
    std::vector<std::int64_t> steps;  // the first traced step of each column
    std::int64_t last_step = 0;       // the last traced one
    bool one_step_each = true;        // every column is a single traced step
    int lowest = 0;                   // exponent of the first row
    int rows = 0;                     // 0 where no value was finite and not zero
    std::vector<float> shares;        // rows x columns, of all values
    std::vector<float> zeros, infinities, nans;
    std::size_t columns() const { return steps.size(); }
};

enum class Loss { overflow, underflow, subnormal, infinite, nan, unchanged };
inline constexpr std::size_t loss_count = 6;

// Over all traced steps and seeds.
struct TensorLoss {
    struct Count {
        std::int64_t count = 0;
        double worst_share = 0;        // of the values of one step
        std::int64_t worst_step = -1;  // -1: never
    };
    TensorId id;
    std::int64_t values = 0;  // all values of all traced steps
    std::array<Count, loss_count> counts;
    double min_abs = std::numeric_limits<double>::infinity(), max_abs = 0;  // finite and not zero; none: as here

    const Count& operator[](Loss loss) const { return counts[static_cast<std::size_t>(loss)]; }
    double share(Loss loss) const;  // of all values
    // Values that are not what they should be: overflowed, underflowed, unchanged or not finite.
    double lost() const;
};

struct TensorTrace {
    std::vector<ExponentMap> maps;  // by seed, then run; of the first seeds where all are too many
    std::size_t maps_left_out = 0;
    std::vector<TensorLoss> losses;  // worst first: by lost(), then by subnormals
    bool empty() const { return losses.empty(); }
};

// Reads tensors.csv and exponents.csv, which a folder without traced runs lacks; then the trace is
// empty. Memory does not grow with the number of traced steps. ResultError for damaged files.
TensorTrace load_tensors(const std::filesystem::path& folder, const Results& results);

}  // namespace halfstep
