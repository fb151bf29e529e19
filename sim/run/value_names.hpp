// What people call an element of a program's states and constants: "w2[3]", "gradient w2[3]",
// "exp_avg_sq[0][5]", "inputs[4,1]", "beta2".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "halfstep/model/model.hpp"
#include "halfstep/program/program.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

struct ElementName {
    std::string tensor;      // of the model where a state is cut along its tensors, otherwise the state
    std::int64_t index = 0;  // flat, within it
    std::string text;        // the element
};

class ValueNames {
public:
    ValueNames(const Program& program, std::span<const ParameterTensor> model, const RunSpec& spec);

    // False for an arithmetic program, whose states are no weights.
    bool of_a_model() const { return !model_.empty(); }
    // `state` is a root, `at` a flat position in it.
    ElementName state(ValueId state, std::int64_t at) const;
    // Elements of a data set count over all workers' shares. "" for a number without a name.
    std::string constant(ValueId constant, std::int64_t at, int worker) const;

private:
    struct Part {
        std::string tensor;
        std::int64_t size = 0;
    };
    ElementName within(const std::vector<Part>& parts, std::int64_t at) const;
    std::string hyper_parameter(double value) const;

    const Program& program_;
    const RunSpec& spec_;
    std::vector<Part> model_;                    // the model's tensors in order
    std::vector<std::vector<Part>> logical_[2];  // as the optimizer sees them: one a tensor, one a group
};

}  // namespace halfstep
