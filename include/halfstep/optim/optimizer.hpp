// An optimizer is constants plus `declare` (its named state) and `update` (one step), recorded as
// formulas. A new optimizer is one file with one row, listed in sim/optim/registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "halfstep/comm/compressor.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/spec/schema.hpp"

namespace halfstep {

// What the optimizer sees as one parameter: a model tensor, or a whole group flattened.
struct LogicalTensor {
    std::string suffix;  // "[0]", "[1]", ... in group order: names its states exp_avg[0], ...
    int size = 0;
    State weight;   // {1, size} in role `master`
    Expr gradient;  // {1, size}, unscaled; one a worker where there are several
    double weight_decay = 0;
    std::vector<double> exp_avg_mask;  // empty: none
    bool non_freeze = false;
    bool last_of_group = false;
};

struct OptimizerContext {
    Builder& b;
    std::vector<LogicalTensor> tensors;
    Host lr;
    // Workers' weights and states may come to differ, so each keeps its own: under an optimizer with
    // local_weights, and after a reload without wrapper.
    bool per_worker_state = false;
    bool reloads = false;  // checkpoints are loaded during the run
    // `step` before the first batch: 1 where a wrapper made an initialisation call, otherwise 0.
    double initial_step = 0;
    RandomSource random;  // counted by the engine's iterations
    // Host flag, 1: the engine averages gradients before the next update. Only optimizers that
    // compress write it.
    Host average_gradients;
    // Host flag, 0: the next call is DeepSpeed's initialisation call (reference semantics 1.1).
    Host initialized;
    bool has_initialisation_call = false;
    // Of optimizers that may stop the run, set by `declare`: host flag, 1: the original raises an
    // error in this step, and why.
    Host failed;
    std::string failure;

    Expr constant(double x) const { return b.hyper(x); }
    // The gradient an update without compression uses: the averaged one, which all workers share.
    Expr gradient(const LogicalTensor& t) const { return per_worker_state ? t.gradient : b.replica(t.gradient); }
    State state(const std::string& name, int n, Role role) const {
        return b.state(name, {1, n}, role, {0.0}, per_worker_state);
    }
    // A wrapper's initialisation call leaves error buffers to all but the last tensor of a group.
    bool holds_errors_at_start(const LogicalTensor& t) const { return initial_step > 0 && !t.last_of_group; }
};

class Optimizer {
public:
    virtual ~Optimizer() = default;
    // Creates the states of every tensor. Gradients are not there yet.
    virtual void declare(OptimizerContext& c) = 0;
    // Records one update of every tensor.
    virtual void update(OptimizerContext& c) = 0;
    // Records what a checkpoint load does to the optimizer's state: everything comes from worker 0.
    // Called with has_initialisation_call set where the next batch will be swallowed.
    virtual void reload(OptimizerContext& c);
    // As configured, it needs local gradients on some steps, also where its row does not always
    // compress: it writes OptimizerContext::average_gradients.
    virtual bool needs_local_gradients() const { return false; }
};

struct OptimizerRow {
    KindSchema schema;
    std::unique_ptr<Optimizer> (*make)(const Configured&);
    bool compresses = false;     // keeps gradients local at times: needs the average_gradients flag
    bool local_weights = false;  // workers' weights differ between synchronisations
    // DeepSpeed's 16-bit wrapper keeps one flat master a group for it; otherwise one a tensor.
    bool fused_wrapper = false;
    bool elementwise = true;  // false: an element's update depends on others of its tensor
    // The kernel divides the gradient by the loss scale itself, in a path of its own (FusedLamb).
    bool divides_by_loss_scale = false;
};

std::span<const OptimizerRow* const> optimizers();
const OptimizerRow& find_optimizer(std::string_view kind);  // std::out_of_range when absent

}  // namespace halfstep
