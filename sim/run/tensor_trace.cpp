#include "tensor_trace.hpp"

#include <cmath>
#include <limits>

namespace halfstep {

class TensorTrace::Observer final : public RoundingObserver {
public:
    explicit Observer(TensorTrace& trace)
        : roles_(*trace.roles_), updates_(*trace.updates_), exchanges_(*trace.exchanges_) {}
    Interest wants(const RoundedInstruction& instruction, int) override {
        const Interest interest = roles_.interest(instruction);
        const bool needed =
            interest == Interest::none && (updates_.concerns(instruction) || exchanges_.concerns(instruction));
        return needed ? Interest::results : interest;
    }
    void roundings(const RoundingBatch& batch) override {
        roles_.take(batch);
        updates_.take(batch);
        exchanges_.take(batch);
    }

private:
    RoleSurvey& roles_;
    WeightUpdates& updates_;
    ExchangeWatch& exchanges_;
};

TensorTrace::TensorTrace(BuiltRun& run, const RunSpec& spec)
    : run_(run),
      spec_(spec),
      cadence_(trace_cadence(spec, run.cost())),
      stored_(spec.precision),
      max_lost_updates_(std::numeric_limits<double>::quiet_NaN()),
      min_momentum_cosine_(max_lost_updates_) {
    const RecordingMachine* machine = run.recording();
    if (cadence_ == 0 || !machine) return;
    roles_.emplace(machine->program(), spec.precision);
    updates_.emplace(machine->program());
    exchanges_.emplace(machine->program(), *machine);
}

void TensorTrace::before_step() {
    if (!run_.recording()) return;
    run_.save(before_);
    updates_->begin(run_.machine());
    exchanges_->begin();
}

std::span<const TensorStats> TensorTrace::describe(StepRecord& record) {
    stats_.clear();
    if (run_.recording()) {
        run_.rewind(before_);
        Observer observer(*this);
        run_.step(&observer);
    }
    stored_.describe(
        run_.machine(), run_.stored(),
        [&](const StoredTensor& t) { return updates_ ? updates_->lost(t.state, t.offset, t.size) : 0; }, stats_);
    if (!run_.recording()) return stats_;
    roles_->finish(stats_);
    if (const double lost = updates_->lost_fraction(); !std::isnan(lost)) {
        record.observations.emplace_back("lost_updates", lost);
        max_lost_updates_ = std::fmax(max_lost_updates_, lost);
    }
    const std::size_t before = record.observations.size();
    exchanges_->observe(run_.machine(), record.observations);
    for (std::size_t i = before; i < record.observations.size(); ++i)
        if (record.observations[i].first == "momentum_cosine")
            min_momentum_cosine_ = std::fmin(min_momentum_cosine_, record.observations[i].second);
    return stats_;
}

void TensorTrace::finish(std::vector<std::pair<std::string, double>>& metrics) const {
    metrics.emplace_back("max_lost_updates", max_lost_updates_);
    metrics.emplace_back("min_momentum_cosine", min_momentum_cosine_);
}

}  // namespace halfstep
