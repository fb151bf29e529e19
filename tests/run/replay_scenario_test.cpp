// A recording and a scenario file with its numbers are the same run.
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "scenario_text.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

class Discard final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

}  // namespace

TEST_CASE("a scenario written from a recording's numbers is the same run, to the last bit") {
    for (const std::string name : {"o02_adam_fp32_w4_n10_pad_wd", "o06_adam_fp16_w2_n24_dynamic", "o13_adam_bf16_w2"}) {
        INFO(name);
        const std::string text = scenario_text(recording_json(name));
        const Experiment experiment = parse_scenario(text, "recording.toml", builtin_catalogue());
        REQUIRE(experiment.runs.size() == 1);
        Discard sink;
        const RunSummary from_scenario = simulate(experiment.runs[0], experiment.seeds[0], sink);
        const RunSummary from_recording = simulate(recording_to_spec(recording_text(name), name), 0, sink);
        CHECK(from_scenario.digest == from_recording.digest);
        CHECK(from_scenario.digest == replay(recording_text(name), name).digest);
    }
}

TEST_CASE("a changed number in the scenario is another run") {
    const std::string name = "o02_adam_fp32_w4_n10_pad_wd";
    nlohmann::json root = recording_json(name);
    std::string word = root["problem"]["a"][0].get<std::string>();
    word[7] = word[7] == '1' ? '2' : '1';
    root["problem"]["a"][0] = word;
    const Experiment experiment = parse_scenario(scenario_text(root), "recording.toml", builtin_catalogue());
    Discard sink;
    CHECK(simulate(experiment.runs[0], 0, sink).digest != replay(recording_text(name), name).digest);
}
