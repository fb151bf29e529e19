// Evaluates the formulas of run.watch on the states a step left, in binary64: a second program, to
// which the states are copied. Nothing of the run depends on it.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "built_run.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

class Watcher {
public:
    // Throws SpecError("run.watch[i]"), or "program.watch[i]" of a program, at the place of what is wrong. Keeps
    // references to both.
    Watcher(const RunSpec& spec, const BuiltRun& run);

    // After a step that is recorded: adds a series for every formula.
    void observe(StepRecord& record);
    // watch_metric_names() of every formula.
    void add_metrics(std::vector<std::pair<std::string, double>>& metrics) const;

private:
    struct Input {
        ValueId from = no_value;  // a state of the run
        std::int64_t offset = 0;
        std::int64_t size = 0;
        int worker = 0;
        ValueId to = no_value;  // a state of the second program
    };
    struct Observed {
        const Watch* watch = nullptr;
        ValueId value = no_value;
        double now = 0, lowest, highest;
        std::int64_t last_change = -1;
    };
    void evaluate();

    const Machine& machine_;
    std::unique_ptr<Machine> evaluation_;  // null where nothing is watched
    std::vector<Input> inputs_;
    std::vector<Observed> observed_;
    std::vector<double> state_, part_;
};

}  // namespace halfstep
