// What wraps an optimizer: weights and their masters, forward and backward, averaging, loss
// scaling, clipping, skipping. An engine records one training step. A new engine is one file with
// one row, listed in sim/engine/registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/model/model.hpp"
#include "halfstep/optim/optimizer.hpp"
#include "halfstep/scale/loss_scaler.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

struct EngineInputs {
    Builder& b;
    const RunSpec& spec;
    std::uint64_t seed = 0;
    const Model& model;
    const OptimizerRow& optimizer_row;
    Optimizer& optimizer;
    std::vector<std::unique_ptr<Attachment>>& attachments;  // kept alive with the program

    bool needs_local_gradients() const { return optimizer_row.compresses || optimizer.needs_local_gradients(); }
};

// Where the driver finds what it sets before a step and reads after it.
struct RecordedStep {
    // Set before the step:
    Host lr;          // of this iteration
    Host reload_now;  // 1: a checkpoint is loaded first; no_value where no reload was asked for
    // Model tensors of each tensor the optimizer sees: what the states named NAME[i] are made of.
    std::vector<std::vector<int>> members;
    // Read after it:
    Host iteration;        // iterations done
    Host applied;          // of them, not skipped
    Host loss;             // one a worker
    Host loss_scale;       // that the backward pass used
    Host loss_scale_next;  // after this iteration's update
    Host skipped;          // 1: overflow, nothing was updated
    Host grads_averaged;   // 1: the gradients were averaged over the workers
    Host grad_norm;        // one a worker; no_value where the engine computes none
    // What may end the run: a flag that is 1 where the original raises the error in this step.
    struct Failure {
        Host flag;
        std::string error;  // in words
    };
    std::vector<Failure> failures;
};

struct EngineRow {
    KindSchema schema;
    // Throws SpecError for combinations that the engine refuses.
    RecordedStep (*record)(const EngineInputs&);
};

std::span<const EngineRow* const> engines();
const EngineRow& find_engine(std::string_view kind);  // std::out_of_range when absent

}  // namespace halfstep
