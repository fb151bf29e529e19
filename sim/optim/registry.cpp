#include <array>
#include <stdexcept>

#include "rows.hpp"

namespace halfstep {
namespace {
const std::array<const OptimizerRow*, 14> rows = {
    &optimizer_sgd,         &optimizer_momentum,       &optimizer_adam,        &optimizer_adamw,
    &optimizer_amsgrad,     &optimizer_fused_adam,     &optimizer_lamb,        &optimizer_signsgd,
    &optimizer_ef_signsgd,  &optimizer_compressed_sgd, &optimizer_onebit_adam, &optimizer_zero_one_adam,
    &optimizer_onebit_lamb, &optimizer_formula};
}

std::span<const OptimizerRow* const> optimizers() {
    return rows;
}

const OptimizerRow& find_optimizer(std::string_view kind) {
    for (const OptimizerRow* row : rows)
        if (row->schema.name == kind) return *row;
    throw std::out_of_range("no optimizer " + std::string(kind));
}

// Nothing is lost where all workers hold the same state anyway.
void Optimizer::reload(OptimizerContext&) {}

}  // namespace halfstep
