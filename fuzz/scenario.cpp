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

void cut_sizes(Value& value) {
    if (auto* i = std::get_if<std::int64_t>(&value.data)) *i = std::min(*i, largest_size);
    if (auto* configured = std::get_if<Configured>(&value.data)) cut_sizes(*configured);
    if (auto* list = std::get_if<std::vector<Value>>(&value.data))
        for (Value& item : *list) cut_sizes(item);
}

RunSpec cut_down(RunSpec spec) {
    cut_sizes(spec.model);
    spec.workers = std::min(spec.workers, most_workers_built);
    spec.steps = std::min(spec.steps, most_steps_run);
    std::erase_if(spec.injections, [&](const Injection& i) { return i.worker >= spec.workers; });
    return spec;
}

class Discard final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

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
    } catch (const ScenarioError&) {
    }
    return 0;
}
