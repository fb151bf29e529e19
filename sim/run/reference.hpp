// The same recorded list without emulated formats, stepped beside the run: whatever differs between
// the two is rounding. It starts from the unrounded initial weights where the run's masters do, sees the
// same batches and planted values, and keeps its own loss scale: a step the run skips on overflow is
// applied here, unless this arithmetic overflows, too. So the distance tells what the precision cost the
// whole training, skipped steps included.
#pragma once

#include <cstdint>
#include <vector>

#include "built_run.hpp"

namespace halfstep {

class ReferenceRun {
public:
    // SpecError("run.reference") where it cannot be built.
    ReferenceRun(RunSpec spec, std::uint64_t seed);

    void step() { run_.step(); }
    double loss() const { return run_.mean_loss(); }
    // 2-norm of the difference to these weights over the 2-norm of the reference's, worker 0's as the
    // forward pass reads them. 0 for equal weights, whatever their norm.
    double distance(const std::vector<double>& weights);

private:
    BuiltRun run_;
    std::vector<double> weights_;
};

}  // namespace halfstep
