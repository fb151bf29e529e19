#include "built_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "arithmetic_program.hpp"
#include "halfstep/run/simulate.hpp"

namespace halfstep {
namespace {

std::unique_ptr<Model> checked_model(const RunSpec& spec, std::uint64_t seed) {
    auto model = make_model(spec.model, spec.workers, seed);
    std::int64_t total = 0;
    for (const ParameterTensor& t : model->tensors()) total += t.shape.size();
    if (total * spec.workers > max_weights)
        throw SpecError("model.kind", "the model has " + std::to_string(total) + " weights for each of " +
                                          std::to_string(spec.workers) + " workers; the limit is " +
                                          std::to_string(max_weights) + " in all");
    return model;
}

// Weights are few where error feedback is not: it is padded to W^2 values and more for each of the
// W workers.
void check_size(const Program& program) {
    constexpr std::int64_t limit = 8 * max_weights;
    std::int64_t values = 0;
    for (std::size_t v = 0; v < program.values.size(); ++v) {
        const ValueInfo& info = program.values[v];
        if (info.space != Space::array || info.lifetime != Lifetime::state || info.root != ValueId(v)) continue;
        values += std::int64_t(info.shape.size()) * (info.per_worker ? program.workers : 1);
    }
    if (values > limit)
        throw SpecError("workers.count", "the states of weights, optimizer and error feedback for " +
                                             std::to_string(program.workers) + " workers are " +
                                             std::to_string(values) + " values; the limit is " + std::to_string(limit));
}

std::unique_ptr<Machine> make_machine(const RunSpec& spec, const Program& program, std::uint64_t seed) {
    switch (spec.arithmetic) {
        case Arithmetic::binary64:
            return make_binary64(program);
        case Arithmetic::multiprecision:
            return make_multiprecision(program);
        default:
            return make_emulated(program, spec.precision, Layout::compact, seed);
    }
}

}  // namespace

Evaluation::Evaluation(const Model& model) {
    Builder b(1);
    int total = 0;
    for (const ParameterTensor& t : model.tensors()) total += t.shape.size();
    const State weight = b.state("weight", {1, total}, Role::weight, {0.0});
    Parameters p{weight, {}};
    int offset = 0;
    for (const ParameterTensor& t : model.tensors()) {
        p.tensors.push_back(weight.slice(offset, t.shape));
        offset += t.shape.size();
    }
    Batch batch;
    if (const Dataset* d = model.dataset())
        batch = {b.constant({d->samples, d->features}, d->inputs, std::nullopt),
                 b.constant({d->samples, d->outputs}, d->targets, std::nullopt),
                 {}};
    loss_id_ = b.to_host(model.loss(b, p, batch)).id;
    if (const Expr accuracy = model.accuracy(b, p, batch); accuracy.valid()) accuracy_id_ = b.to_host(accuracy).id;
    machine_ = make_binary64(b.program());
    weight_ = weight.id();
}

void Evaluation::run(const std::vector<double>& weights) {
    machine_->write(weight_, 0, weights);
    machine_->step();
    loss_ = machine_->host(loss_id_);
    accuracy_ = accuracy_id_ == no_value ? std::numeric_limits<double>::quiet_NaN() : machine_->host(accuracy_id_);
}

BuiltRun::BuiltRun(const RunSpec& spec, std::uint64_t seed) : spec_(spec) {
    if (spec_.arithmetic == Arithmetic::multiprecision && spec_.steps > most_multiprecision_steps)
        throw SpecError("run.steps", "multiprecision arithmetic is limited to " +
                                         std::to_string(most_multiprecision_steps) + " steps, found " +
                                         std::to_string(spec_.steps));
    Builder b(spec_.workers);
    if (spec_.is_program()) {
        RecordedProgram recorded = record_arithmetic_program(
            b, spec_, seed, attachments_, [&](const Program& program) { return make_machine(spec_, program, seed); });
        step_ = recorded.step;
        ranks_ = std::move(recorded.ranks);
    } else {
        build_training(b, seed);
    }
    check_size(b.program());
    traffic_ = b.program().traffic;
    stored_ = stored_tensors(b.program(), step_, tensors());
    cost_ = estimate_cost(b.program(), stored_);
    if (spec_.arithmetic == Arithmetic::emulated) {
        auto recording = make_recording(b.program(), spec_.precision, Layout::compact, seed);
        recording_ = recording.get();
        machine_ = std::move(recording);
    } else {
        machine_ = make_machine(spec_, b.program(), seed);
    }
    weight_ = trains() ? machine_->find_state("weight") : no_value;
}

void BuiltRun::build_training(Builder& b, std::uint64_t seed) {
    model_ = checked_model(spec_, seed);
    evaluation_.emplace(*model_);
    const OptimizerRow& row = find_optimizer(spec_.optimizer.kind);
    optimizer_ = row.make(spec_.optimizer);
    needs_local_gradients_ = row.compresses || optimizer_->needs_local_gradients();
    step_ = find_engine(spec_.engine.kind).record({b, spec_, seed, *model_, row, *optimizer_, attachments_});
}

double BuiltRun::mean_loss() const {
    const ValueId loss = step_.loss.id;
    if (loss == no_value) return std::numeric_limits<double>::quiet_NaN();
    double sum = 0.0;
    for (int w = 0; w < spec_.workers; ++w) sum += machine_->host(loss, machine_->copies(loss) == 1 ? 0 : w);
    return sum / spec_.workers;
}

void BuiltRun::step(RoundingObserver* observer) {
    if (!spec_.lr_values.empty()) {
        const auto k = std::min<std::size_t>(std::size_t(machine_->host(step_.applied.id)), spec_.lr_values.size() - 1);
        machine_->set_host(step_.lr.id, spec_.lr_values[k]);
    }
    if (step_.reload_now.id != no_value) {
        const auto& at = spec_.reload_at;
        machine_->set_host(step_.reload_now.id, std::find(at.begin(), at.end(), iteration_) != at.end() ? 1.0 : 0.0);
    }
    if (observer != nullptr && recording_ != nullptr)
        recording_->step_observed(*observer);
    else
        machine_->step();
    ++iteration_;
}

Rounding BuiltRun::rounding_of(Role role) const {
    return spec_.precision[role] ? *spec_.precision[role] : rounding_to("fp32");
}

void BuiltRun::save(Checkpoint& out) const {
    recording_->save(out.states);
    out.iteration = iteration_;
}

void BuiltRun::rewind(const Checkpoint& to) {
    recording_->restore(to.states);
    iteration_ = to.iteration;
}

}  // namespace halfstep
