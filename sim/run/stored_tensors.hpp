// The arrays that a run keeps from step to step, cut into the tensors people know: the flat weights
// and gradients into the model's tensors, and so the states of what the optimizer sees as one
// parameter (master[0], exp_avg[0], worker_error[0], ...).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "halfstep/engine/engine.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/trace/tensor_stats.hpp"
#include "magnitudes.hpp"

namespace halfstep {

// A part of a state: "w1" of exp_avg[0]. A state that is not what its role is named after keeps its
// name: "max_exp_avg_sq.w1"; what error feedback is filled up with is "(padding)".
struct StoredTensor {
    ValueId state = no_value;
    Role role = Role::weight;
    std::string name;
    std::int64_t offset = 0, size = 0;
};

// In the order of the program's states.
std::vector<StoredTensor> stored_tensors(const Program& program, const RecordedStep& step,
                                         std::span<const ParameterTensor> parameters);

class StoredSurvey {
public:
    explicit StoredSurvey(const Precision& precision);
    // One row a tensor, appended to `out`; `unchanged` is asked for every tensor.
    void describe(const Machine& machine, const std::vector<StoredTensor>& tensors,
                  const std::function<std::int64_t(const StoredTensor&)>& unchanged, std::vector<TensorStats>& out);

private:
    const Precision& precision_;
    Rounding carrier_;
    Magnitudes<double> magnitudes_;
    std::vector<std::vector<double>> copies_;  // of one state
};

}  // namespace halfstep
