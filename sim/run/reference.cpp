#include "reference.hpp"

#include <cmath>

namespace halfstep {
namespace {

RunSpec reference_of(RunSpec spec) {
    if (*spec.reference == Arithmetic::multiprecision && spec.steps > most_multiprecision_steps)
        throw SpecError("run.reference", "multiprecision arithmetic is limited to " +
                                             std::to_string(most_multiprecision_steps) + " steps, found " +
                                             std::to_string(spec.steps));
    spec.arithmetic = *spec.reference;
    return spec;
}

}  // namespace

ReferenceRun::ReferenceRun(RunSpec spec, std::uint64_t seed) : run_(reference_of(std::move(spec)), seed) {}

double ReferenceRun::distance(const std::vector<double>& weights) {
    run_.weights(0, weights_);
    double difference = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        difference += (weights[i] - weights_[i]) * (weights[i] - weights_[i]);
        norm += weights_[i] * weights_[i];
    }
    return difference == 0.0 ? 0.0 : std::sqrt(difference / norm);
}

}  // namespace halfstep
