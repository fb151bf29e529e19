// Small runs in which one thing goes wrong, and a look at what was told of it.
#pragma once

#include <algorithm>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/spec/event_kind.hpp"
#include "trainer.hpp"

namespace halfstep::test {

class Nowhere final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

inline RunSummary run_of(const RunSpec& spec, std::uint64_t seed = 1) {
    Nowhere sink;
    return simulate(spec, seed, sink);
}

inline const Event* find_event(const RunSummary& summary, const std::string& kind) {
    const auto found =
        std::find_if(summary.events.begin(), summary.events.end(), [&](const Event& e) { return e.kind == kind; });
    return found == summary.events.end() ? nullptr : &*found;
}

inline Event event_of(const RunSummary& summary, const std::string& kind) {
    const Event* event = find_event(summary, kind);
    for (const Event& e : summary.events) UNSCOPED_INFO("[" << e.kind << "] " << e.sentence);
    REQUIRE(event != nullptr);
    return *event;
}

inline Event event_of(const RunSpec& spec, const std::string& kind) {
    return event_of(run_of(spec), kind);
}

inline std::vector<std::string> kinds(const RunSummary& summary) {
    std::vector<std::string> all;
    for (const Event& e : summary.events) all.push_back(e.kind);
    return all;
}

inline double metric(const RunSummary& summary, const std::string& name) {
    for (const auto& [key, value] : summary.metrics)
        if (key == name) return value;
    FAIL("no metric " << name);
    return 0;
}

// 1/2 sum a (w - c)^2 in fp32, two tensors where sizes say so; every role of `preset` may be changed after.
inline RunSpec bowl_run(const std::vector<double>& curvature, const std::vector<double>& init, Configured optimizer,
                        const std::string& preset = "fp32", int workers = 1) {
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers(curvature)}, {"init", numbers(init)}}),
                           std::move(optimizer), preset, workers);
    spec.steps = 30;
    return spec;
}

// One row of `noise` a worker, the same on every step: what is added to its gradient.
inline void add_noise(RunSpec& spec, const std::vector<std::vector<double>>& noise) {
    spec.model.set("noise_table", rows(noise));
}

inline Rounding rounded_to(const std::string& format, Overflow overflow) {
    Rounding r = rounding_to(format);
    r.overflow = overflow;
    return r;
}

}  // namespace halfstep::test
