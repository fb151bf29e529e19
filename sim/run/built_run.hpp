// A run specification made executable: the recorded step, the machine it runs on, and, of a training,
// the full-data evaluation in binary64.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "halfstep/engine/engine.hpp"
#include "halfstep/program/machine.hpp"

namespace halfstep {

// The loss (and accuracy, where there are classes) of given weights on all data, in binary64.
class Evaluation {
public:
    explicit Evaluation(const Model& model);
    void run(const std::vector<double>& weights);
    double loss() const { return loss_; }
    double accuracy() const { return accuracy_; }  // NaN where there are no classes

private:
    std::unique_ptr<Machine> machine_;
    ValueId weight_ = no_value, loss_id_ = no_value, accuracy_id_ = no_value;
    double loss_ = 0, accuracy_ = 0;
};

class BuiltRun {
public:
    BuiltRun(const RunSpec& spec, std::uint64_t seed);

    // Sets what depends on the iteration (lr, reload), then runs one step.
    void step();

    Machine& machine() { return *machine_; }
    const Machine& machine() const { return *machine_; }
    const RecordedStep& handles() const { return step_; }
    // A training, with a model; otherwise an arithmetic program, which has states only.
    bool trains() const { return model_ != nullptr; }
    const Model& model() const { return *model_; }
    std::span<const ParameterTensor> tensors() const {
        return trains() ? std::span<const ParameterTensor>(model_->tensors()) : std::span<const ParameterTensor>();
    }
    // Of a program's states: 0 a number, 1 a vector, 2 a matrix.
    const std::map<std::string, int, std::less<>>& ranks() const { return ranks_; }
    // Mean over the workers' batches, before the update; NaN without a model.
    double mean_loss() const;
    bool needs_local_gradients() const { return needs_local_gradients_; }
    Evaluation& evaluation() { return *evaluation_; }
    // Weights as the forward pass reads them, of one worker.
    void weights(int worker, std::vector<double>& out) const { machine_->read(weight_, worker, out); }

private:
    void build_training(Builder& b, std::uint64_t seed);

    RunSpec spec_;
    std::unique_ptr<Model> model_;
    std::unique_ptr<Optimizer> optimizer_;
    std::vector<std::unique_ptr<Attachment>> attachments_;
    RecordedStep step_;
    std::unique_ptr<Machine> machine_;
    std::optional<Evaluation> evaluation_;
    std::map<std::string, int, std::less<>> ranks_;
    ValueId weight_ = no_value;
    std::int64_t iteration_ = 0;
    bool needs_local_gradients_ = false;
};

}  // namespace halfstep
