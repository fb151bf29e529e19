// The metrics of a run, gathered while it goes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "built_run.hpp"
#include "error_states.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

class SummaryBuilder {
public:
    SummaryBuilder(BuiltRun& run, const RunSpec& spec);

    // Every step of a training.
    void step(std::int64_t t, double loss, double scale, double next_scale, bool skipped);
    // Its recorded steps: adds the series that are computed from states (max_abs_weight, error norms)
    // and, if asked for, eval_loss.
    void observe(StepRecord& record, bool evaluate);
    // By the names of metric_docs(), in their order; none for a program, which trains nothing.
    std::vector<std::pair<std::string, double>> finish();
    // The first step whose loss was not finite or beyond what counts as diverged; -1: none.
    std::int64_t first_divergent_step() const { return first_divergent_; }

private:
    double largest_weight();

    BuiltRun& run_;
    ErrorStates worker_errors_, server_errors_;
    std::vector<double> scratch_, initial_weights_;
    double initial_loss_ = 0, last_loss_, min_loss_, max_loss_, peak_weight_ = 0;
    double min_scale_, max_scale_, final_scale_ = 1;
    std::int64_t steps_ = 0, skipped_ = 0, first_skip_ = -1, first_nonfinite_ = -1, first_divergent_ = -1;
};

}  // namespace halfstep
