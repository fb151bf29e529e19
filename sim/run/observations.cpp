#include "observations.hpp"

#include <cmath>
#include <limits>

#include "halfstep/comm/all_reduce.hpp"
#include "traffic.hpp"

namespace halfstep {

Observations::Observations(const BuiltRun& run, const RunSpec& spec, std::uint64_t seed) : run_(run), spec_(spec) {
    if (spec.reference) reference_.emplace(spec, seed);
}

void Observations::before_step(bool recorded) {
    if (!run_.trains()) return;
    if (recorded && weights_current_)
        before_.swap(weights_);
    else if (recorded)
        run_.weights(0, before_);
    weights_current_ = false;
}

void Observations::after_step() {
    if (reference_) reference_->step();
}

double Observations::update_norm() const {
    double square = 0.0;
    for (std::size_t i = 0; i < weights_.size(); ++i) square += (weights_[i] - before_[i]) * (weights_[i] - before_[i]);
    return std::sqrt(square);
}

void Observations::observe(StepRecord& record) {
    if (run_.trains()) {
        run_.weights(0, weights_);
        weights_current_ = true;
        record.observations.emplace_back("update_norm", update_norm());
    }
    if (spec_.workers > 1) record.observations.emplace_back("bytes_sent", run_.bytes_sent());
    if (!reference_) return;
    record.observations.emplace_back("reference_distance", reference_->distance(weights_));
    record.observations.emplace_back("reference_loss", reference_->loss());
}

void Observations::finish(std::vector<std::pair<std::string, double>>& metrics) {
    if (run_.trains()) run_.weights(0, weights_);
    metrics.emplace_back("bytes_sent", run_.bytes_sent());
    const RoleRounding& comm = spec_.precision[Role::comm];
    const double all_reduce = double(all_reduced_values(int(weights_.size()))) * (comm ? wire_bytes(comm->format) : 4);
    metrics.emplace_back("bytes_uncompressed", spec_.workers > 1 ? double(run_.iteration()) * all_reduce : 0.0);
    metrics.emplace_back("final_reference_distance",
                         reference_ ? reference_->distance(weights_) : std::numeric_limits<double>::quiet_NaN());
}

}  // namespace halfstep
