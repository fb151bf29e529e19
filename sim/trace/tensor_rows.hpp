// The rows of tensors.csv and exponents.csv as text.
#pragma once

#include <cstdint>
#include <string>

#include "halfstep/trace/tensor_stats.hpp"

namespace halfstep {

class TensorRows {
public:
    TensorRows(std::string_view run, std::uint64_t seed);
    // Makes the rows of one tensor.
    void describe(std::int64_t step, const TensorStats& stats);
    const std::string& tensor() const { return tensor_; }
    const std::string& exponents() const { return exponents_; }

private:
    std::string prefix_;  // "run,seed,"
    std::string key_, tensor_, exponents_;
};

}  // namespace halfstep
