#pragma once

#include "halfstep/optim/optimizer.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
extern const OptimizerRow optimizer_sgd, optimizer_momentum, optimizer_adam, optimizer_adamw, optimizer_amsgrad,
    optimizer_fused_adam, optimizer_lamb, optimizer_signsgd, optimizer_ef_signsgd, optimizer_compressed_sgd,
    optimizer_onebit_adam, optimizer_zero_one_adam, optimizer_onebit_lamb, optimizer_formula;

inline Parameter lr_parameter(double value) {
    return number("lr", value, "learning rate", Range::at_least(0));
}
inline Parameter weight_decay_parameter(const char* doc) {
    return number("weight_decay", 0.0, doc, Range::at_least(0));
}
inline std::vector<Parameter> adam_parameters() {
    return {lr_parameter(1e-3), number("beta1", 0.9, "decay of the first moment", Range::unit_half_open()),
            number("beta2", 0.999, "decay of the second moment", Range::unit_half_open()),
            number("eps", 1e-8, "added to the root of the second moment", Range::at_least(0))};
}
template <class O>
std::unique_ptr<Optimizer> make_optimizer(const Configured& config) {
    return std::make_unique<O>(config);
}
}  // namespace halfstep
