// The trace of a run's tensors: at its cadence, what the step left in every stored tensor, and what was
// rounded in every role. The step runs as always; it is then repeated from its saved state with an
// observer, which gives the same bits. Arithmetic that emulates nothing has stored tensors only.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "built_run.hpp"
#include "exchange_watch.hpp"
#include "halfstep/trace/record.hpp"
#include "role_survey.hpp"
#include "weight_updates.hpp"

namespace halfstep {

class TensorTrace {
public:
    TensorTrace(BuiltRun& run, const RunSpec& spec);

    bool at(std::int64_t step) const { return is_traced(step, cadence_, spec_.steps); }
    void before_step();
    // After the step: repeats it and describes it. Adds what only the trace can see to the record's
    // observations: lost_updates, momentum_cosine, worker_error_ratio, server_error_ratio.
    std::span<const TensorStats> describe(StepRecord& record);
    // At the end, by the names of metric_docs().
    void finish(std::vector<std::pair<std::string, double>>& metrics) const;

private:
    class Observer;

    BuiltRun& run_;
    const RunSpec& spec_;
    std::int64_t cadence_;
    BuiltRun::Checkpoint before_;
    StoredSurvey stored_;
    std::optional<RoleSurvey> roles_;
    std::optional<WeightUpdates> updates_;
    std::optional<ExchangeWatch> exchanges_;
    std::vector<TensorStats> stats_;
    double max_lost_updates_, min_momentum_cosine_;
};

}  // namespace halfstep
