// The pieces of a training step that engines share.
#pragma once

#include <vector>

#include "halfstep/comm/all_reduce.hpp"
#include "halfstep/engine/engine.hpp"

namespace halfstep {

class Training {
public:
    enum class Grouping { one_a_tensor, one_a_group };  // what the optimizer sees as one parameter

    // `masters_from_weights`: masters start as the already rounded weights (DeepSpeed); otherwise
    // as the unrounded initial values. `per_worker_state`: whatever the optimizer, workers may come to
    // differ.
    Training(const EngineInputs& inputs, Grouping grouping, bool masters_from_weights, bool per_worker_state);

    Builder& b() { return in_.b; }
    OptimizerContext& optimizer() { return optimizer_; }
    RecordedStep& step() { return step_; }
    bool reloads() const { return !in_.spec.reload_at.empty(); }
    bool per_worker_state() const { return optimizer_.per_worker_state; }

    // Forward and backward, the planted values, and `gradient := ` the result, in the model's
    // order and role `gradient`. `scale` is not valid where the loss is not scaled.
    void compute_gradient(const Expr& scale);
    // Averages over the workers unless the optimizer wants local gradients.
    void average_gradient(Expr (*mean)(Builder&, const Expr&) = average_over_workers);
    // 1 where some gradient tensor of some worker overflowed.
    Host find_overflow();
    // 1 where some element of some worker's gradient is not finite.
    Host find_nonfinite();
    // The gradient of one model tensor as it stands, {1, n}.
    Expr gradient_of(int tensor) {
        return gradient_.slice(offsets_[std::size_t(tensor)], {1, sizes_[std::size_t(tensor)]});
    }
    Expr gradient() { return gradient_; }
    void replace_gradient(Role role, const Expr& g) { b().store(gradient_, role, g); }
    int tensor_count() const { return int(sizes_.size()); }
    int size() const { return total_; }
    const std::vector<ParameterGroup>& groups() const { return groups_; }

    // Hands the optimizer's tensors their gradients, cut or joined from a flat one in model order.
    void hand_over(const Expr& flat);
    // Runs the optimizer, then weight := round(master) where they are stored apart.
    void update_weights();
    void advance(Host skipped);
    void load_masters_from_first_worker();

private:
    std::string group_key(const ParameterGroup& group) const;  // where the scenario has it
    void declare_weights(Grouping grouping, bool masters_from_weights);
    LogicalTensor logical(const ParameterGroup& group, const std::vector<int>& tensors, bool separate);

    const EngineInputs& in_;
    OptimizerContext optimizer_;
    RecordedStep step_;
    std::vector<ParameterGroup> groups_;
    std::vector<int> sizes_, offsets_;
    std::vector<double> initial_;            // of all tensors, as the masters begin
    std::vector<std::vector<int>> members_;  // model tensors of each logical one
    int total_ = 0;
    State weight_, gradient_;
    bool separate_masters_ = false;
};

}  // namespace halfstep
