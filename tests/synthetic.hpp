// Made-up experiments and traces, for the layers that only see results.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/trace/store.hpp"

namespace synthetic {

inline halfstep::RunSpec run_spec(const std::string& scenario, const std::string& run, std::int64_t steps) {
    halfstep::RunSpec spec;
    spec.scenario = scenario;
    spec.run = run;
    spec.model = {"quadratic", {{"dimension", {std::int64_t{2}}}}};
    spec.optimizer = {"adam", {{"lr", {1e-3}}}};
    spec.engine = {"plain", {}};
    spec.loss_scale = {"none", {}};
    spec.preset = "fp32";
    spec.precision = halfstep::find_preset("fp32")->make();
    spec.steps = steps;
    return spec;
}

inline halfstep::Experiment experiment(const std::vector<std::string>& runs, const std::vector<std::uint64_t>& seeds,
                                       std::int64_t steps = 3) {
    halfstep::Experiment result;
    result.name = "made-up";
    result.title = "A made-up experiment";
    result.claim = "Nothing is claimed.";
    for (const std::string& run : runs) result.runs.push_back(run_spec(result.name, run, steps));
    result.seeds = seeds;
    return result;
}

class NoSnapshot : public halfstep::Snapshot {
public:
    std::vector<std::string> names() const override { return {}; }
    int workers(std::string_view) const override { return 1; }
    std::vector<double> state(std::string_view, int) const override { return {}; }
};

inline halfstep::RunSummary summary(const std::string& run, std::uint64_t seed,
                                    std::vector<std::pair<std::string, double>> metrics, std::int64_t steps = 3) {
    return {run, seed, steps, false, std::move(metrics), {}, "digest-of-" + run + std::to_string(seed), 0.5};
}

// A run whose loss halves each step.
inline void make_run(halfstep::Store& store, const std::string& run, std::uint64_t seed, std::int64_t steps = 3) {
    auto file = store.begin(run, seed);
    double loss = 1;
    for (std::int64_t step = 0; step < steps; ++step, loss /= 2)
        file->step({step, step == 1, {{"loss", loss}, {"loss_scale", 65536}, {"skipped", step == 1 ? 1.0 : 0.0}}},
                   NoSnapshot());
    store.commit(std::move(file), summary(run, seed, {{"final_loss", loss}}, steps));
}

}  // namespace synthetic
