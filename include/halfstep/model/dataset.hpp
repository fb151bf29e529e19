// A data set: generated once in binary64 from the seed, so that all variants of a scenario and
// the reference see the same numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "halfstep/spec/schema.hpp"

namespace halfstep {

struct Dataset {
    int samples = 0;
    int features = 0;
    int outputs = 0;              // values a sample in `targets`
    bool classification = false;  // targets are one-hot rows
    std::vector<double> inputs;   // samples x features, row-major
    std::vector<double> targets;  // samples x outputs
};

// What the model expects of its data, where the data set has a choice.
struct DataRequest {
    int features = 0;  // 0: whatever the data set has
    int outputs = 0;
};

struct DataRow {
    KindSchema schema;
    // Throws SpecError("model.data...") where the request cannot be met.
    Dataset (*make)(const Configured&, const DataRequest&, std::uint64_t seed);
};

std::span<const DataRow* const> data_sets();
Dataset make_dataset(const Configured& config, const DataRequest& request, std::uint64_t seed);

// Limits, stated in README: more samples, or more samples x features, are refused.
inline constexpr double max_samples = 1e6;
inline constexpr std::int64_t max_input_values = 20'000'000;

}  // namespace halfstep
