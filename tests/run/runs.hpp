// Small run specifications from the catalogue, and a sink that keeps everything.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"

namespace halfstep::test {

class Kept final : public Sink {
public:
    void step(const StepRecord& record, const Snapshot& snapshot) override {
        steps.push_back(record.step);
        skipped.push_back(record.skipped);
        for (const auto* values : {&record.series, &record.observations})
            for (const auto& [name, value] : *values) series[std::string(name)].push_back(value);
        for (const std::string& name : snapshot.names())
            for (int w = 0; w < snapshot.workers(name); ++w)
                states[name + "/" + std::to_string(w)] = snapshot.state(name, w);
    }
    std::vector<std::int64_t> steps;
    std::vector<bool> skipped;
    std::map<std::string, std::vector<double>> series;
    std::map<std::string, std::vector<double>> states;  // after the last record, by name/worker
};

inline Configured chosen(const char* family, const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(*find_family(builtin_catalogue(), family), kind), std::move(given));
}

inline RunSpec quadratic_run(const std::string& optimizer, double lr, std::int64_t steps, int workers = 1) {
    RunSpec spec;
    spec.scenario = "test";
    spec.run = "base";
    spec.model = chosen("model", "quadratic", {{"curvature", {1.0}}});
    spec.optimizer = chosen("optimizer", optimizer, {{"lr", {lr}}});
    spec.workers = workers;
    spec.engine = chosen("engine", "plain");
    spec.loss_scale = chosen("loss_scale", "none");
    spec.preset = "fp32";
    spec.precision = find_preset("fp32")->make();
    spec.steps = steps;
    return spec;
}

// Four workers, batches, noise, fp16 and a freeze: everything that is random takes part.
inline RunSpec busy_run(std::int64_t steps = 40) {
    RunSpec spec = quadratic_run("onebit_adam", 0.01, steps, 4);
    spec.model = chosen("model", "mlp",
                        {{"layers", {std::vector<Value>{{std::int64_t{2}}, {std::int64_t{6}}, {std::int64_t{2}}}}}});
    spec.optimizer.set("freeze_step", {std::int64_t{15}});
    spec.batch = 8;
    spec.engine = chosen("engine", "deepspeed");
    spec.loss_scale = chosen("loss_scale", "deepspeed");
    spec.preset = "fp16";
    spec.precision = find_preset("fp16")->make();
    return spec;
}

inline double metric(const RunSummary& summary, const std::string& name) {
    for (const auto& [key, value] : summary.metrics)
        if (key == name) return value;
    FAIL("no metric " << name);
    return 0;
}

}  // namespace halfstep::test
