// A model records its loss as a formula over symbolic parameters; gradients are derived from the
// recorded list. A new model is one file with one row, listed in sim/model/registry.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "halfstep/model/dataset.hpp"
#include "halfstep/program/builder.hpp"

namespace halfstep {

struct ParameterTensor {
    std::string name;
    Shape shape;
    std::vector<double> initial;  // shape.size() values, not rounded yet
};

// The parameters as the forward pass reads them: slices of one flat array {1, n} in model order.
struct Parameters {
    Expr flat;
    std::vector<Expr> tensors;
};

// Rows of a data set: a worker's batch, or everything. Not valid for models without data.
struct Batch {
    Expr inputs;     // {m, features}
    Expr targets;    // {m, outputs}
    Host step = {};  // counts from 0; no_value outside of training, where all data are evaluated
};

class Model {
public:
    virtual ~Model() = default;

    const std::vector<ParameterTensor>& tensors() const { return tensors_; }
    const Dataset* dataset() const { return dataset_.samples > 0 ? &dataset_ : nullptr; }

    // The mean loss over the batch, a recorded scalar.
    virtual Expr loss(Builder& b, const Parameters& p, const Batch& batch) const = 0;
    // Fraction of rows whose largest output is the labelled one; not valid where there are no classes.
    virtual Expr accuracy(Builder&, const Parameters&, const Batch&) const { return {}; }
    // A gradient written as a formula of its own, {1, n} in role `fused`, before loss scaling and
    // the rounding to `gradient`; not valid: derive it. `step` counts from 0.
    virtual Expr gradient(Builder&, const Parameters&, const Batch&, Host /*step*/) const { return {}; }

protected:
    std::vector<ParameterTensor> tensors_;
    Dataset dataset_;
};

struct ModelRow {
    KindSchema schema;
    // Throws SpecError("model....") for parameters that do not fit together.
    std::unique_ptr<Model> (*make)(const Configured&, int workers, std::uint64_t seed);
};

// Limit, stated in README: a run with more weights than this over all its workers is refused.
inline constexpr std::int64_t max_weights = 20'000'000;

std::span<const ModelRow* const> models();
std::unique_ptr<Model> make_model(const Configured& config, int workers, std::uint64_t seed);

}  // namespace halfstep
