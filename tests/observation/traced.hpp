// A sink that keeps what a run shows of itself: series, observations, states after every record, tensors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runs.hpp"

namespace halfstep::test {

class Traced final : public Sink {
public:
    void step(const StepRecord& record, const Snapshot& snapshot) override {
        steps.push_back(record.step);
        recorded.push_back(!record.series.empty());
        for (const auto* values : {&record.series, &record.observations})
            for (const auto& [name, value] : *values) series[std::string(name)][record.step] = value;
        for (const std::string& name : snapshot.names())
            for (int w = 0; w < snapshot.workers(name); ++w)
                states[record.step][name].push_back(snapshot.state(name, w));
    }
    void tensors(std::int64_t step, std::span<const TensorStats> rows) override {
        traced.push_back(step);
        stats[step].assign(rows.begin(), rows.end());
    }
    const TensorStats& row(std::int64_t step, const std::string& role, const std::string& tensor) const {
        for (const TensorStats& s : stats.at(step))
            if (s.role == role && s.tensor == tensor) return s;
        FAIL("no row " << role << " " << tensor << " at step " << step);
        throw 0;
    }
    bool has(std::int64_t step, const std::string& role, const std::string& tensor) const {
        for (const TensorStats& s : stats.at(step))
            if (s.role == role && s.tensor == tensor) return true;
        return false;
    }

    std::vector<std::int64_t> steps, traced;
    std::vector<bool> recorded;
    std::map<std::string, std::map<std::int64_t, double>> series;  // and observations, by step
    std::map<std::int64_t, std::map<std::string, std::vector<std::vector<double>>>> states;  // by step, name, worker
    std::map<std::int64_t, std::vector<TensorStats>> stats;
};

inline Traced traced_run(RunSpec spec, std::int64_t every = 1, std::uint64_t seed = 1) {
    spec.trace_every = every;
    Traced sink;
    simulate(spec, seed, sink);
    return sink;
}

}  // namespace halfstep::test
