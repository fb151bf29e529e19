// Series that are looked at from outside, at the cadence of the record: what the step changed in the
// weights, the bytes sent so far, and the distance to the reference run. They enter no digest.
#pragma once

#include <optional>
#include <vector>

#include "halfstep/trace/record.hpp"
#include "reference.hpp"

namespace halfstep {

class Observations {
public:
    Observations(const BuiltRun& run, const RunSpec& spec, std::uint64_t seed);

    // Before every step; `recorded`: the step will be observed.
    void before_step(bool recorded);
    // After every step, so that the reference keeps pace.
    void after_step();
    // After recorded steps.
    void observe(StepRecord& record);
    // At the end, by the names of metric_docs().
    void finish(std::vector<std::pair<std::string, double>>& metrics);

private:
    double update_norm() const;

    const BuiltRun& run_;
    const RunSpec& spec_;
    std::optional<ReferenceRun> reference_;
    std::vector<double> before_, weights_;
    bool weights_current_ = false;  // weights_ are those after the step before
};

}  // namespace halfstep
