// Any bytes as a scenario file: load_scenario throws ScenarioError or gives an experiment, building
// its runs throws SpecError or gives something that can step, and nothing crashes, hangs or takes
// memory without bound on the way.
#include "halfstep/scenario/scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"

namespace {

using namespace halfstep;

// Sizes are what the docs allow a user to choose, up to hours and gigabytes; here one input has to
// take milliseconds. They are cut down rather than refused, so that what depends on them is built.
constexpr std::int64_t largest_size = 24;
constexpr std::int64_t most_steps_run = 3;
constexpr std::size_t most_runs_built = 4;
constexpr int most_workers_built = 4;

void cut_sizes(Value& value);

void cut_sizes(Configured& configured) {
    for (NamedValue& parameter : configured.parameters) cut_sizes(parameter.value);
}

void cut_shape(Value& value) {
    if (auto* x = std::get_if<double>(&value.data)) *x = std::min(*x, double(largest_size));
    if (auto* list = std::get_if<std::vector<Value>>(&value.data))
        for (Value& item : *list) cut_shape(item);
}

void cut_sizes(Value& value) {
    if (auto* i = std::get_if<std::int64_t>(&value.data)) *i = std::min(*i, largest_size);
    if (auto* configured = std::get_if<Configured>(&value.data)) cut_sizes(*configured);
    if (auto* entries = std::get_if<Entries>(&value.data))
        for (NamedValue& item : entries->items) item.name == "shape" ? cut_shape(item.value) : cut_sizes(item.value);
    if (auto* list = std::get_if<std::vector<Value>>(&value.data))
        for (Value& item : *list) cut_sizes(item);
}

RunSpec cut_down(RunSpec spec) {
    cut_sizes(spec.model);
    cut_sizes(spec.program);
    spec.workers = std::min(spec.workers, most_workers_built);
    spec.steps = std::min(spec.steps, most_steps_run);
    std::erase_if(spec.injections, [&](const Injection& i) { return i.worker >= spec.workers; });
    return spec;
}

class Discard final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

// The first run of a sweep and the last, which are made when they are asked for.
void build_some(const SweepPlan& plan) {
    for (const std::int64_t i : {std::int64_t{0}, plan.size() - 1}) {
        const SweepPoint point = plan.point(i);
        try {
            Discard sink;
            simulate(cut_down(plan.spec(point)), point.seed, sink);
        } catch (const SpecError&) {
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const Scenario scenario = load_scenario(text, "fuzz.toml", builtin_catalogue());
        const std::vector<RunSpec>& runs = scenario.experiment.runs;
        for (std::size_t i = 0; i < std::min(runs.size(), most_runs_built); ++i) {
            try {
                Discard sink;
                simulate(cut_down(runs[i]), scenario.experiment.seeds.front(), sink);
            } catch (const SpecError& error) {
                (void)scenario.explain(error, runs[i].run);
            }
        }
        if (scenario.sweep) build_some(*scenario.sweep);
    } catch (const ScenarioError&) {
    }
    return 0;
}
