#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Experiment with(std::vector<std::string> set) {
    return parse_scenario(sample_text(), "demo.toml", sample_catalogue(), {std::move(set), {}});
}

std::string set_error(const std::string& set) {
    return error_of(sample_text(), {{set}, {}});
}

std::string seeds_error(const std::string& text) {
    try {
        parse_seeds(text);
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("the option --set changes the base and every variant that does not write the key") {
    const Experiment experiment = with({"run.steps=500", "workers.count = 8"});
    CHECK(experiment.runs[0].steps == 500);
    CHECK(experiment.runs[1].steps == 500);
    CHECK(experiment.runs[2].steps == 300);
    CHECK(experiment.runs[2].workers == 8);
}

TEST_CASE("the option --set takes TOML values and bare words, the last one counts") {
    CHECK(with({"optimizer.lr=2", "optimizer.lr=3"}).runs[0].optimizer.number("lr") == 3);
    CHECK(with({"optimizer.lr=1e-1 # faster"}).runs[0].optimizer.number("lr") == 0.1);
    CHECK(with({"precision.exp_avg=fp16"}).runs[0].precision[Role::exp_avg] == rounding_to("fp16"));
    CHECK(with({"precision.exp_avg=\"fp16\""}).runs[0].precision[Role::exp_avg] == rounding_to("fp16"));
    CHECK(with({"precision.weight={format=\"e5m7\"}"}).runs[0].precision[Role::weight]->format.name == "e5m7");
    CHECK(with({"model.layers=[1,2]"}).runs[0].model.integers("layers") == std::vector<std::int64_t>{1, 2});
    CHECK(with({"model.data.noise=0"}).runs[0].model.configured("data").number("noise") == 0);
    CHECK(with({"run.seeds=[7]"}).seeds == std::vector<std::uint64_t>{7});
    CHECK(with({"engine.kind=deepspeed", "engine.clip=1.5"}).runs[0].engine.number("clip") == 1.5);
}

TEST_CASE("the option --set of a kind drops what the file wrote for the old one") {
    const Scenario scenario =
        load_scenario(sample_text(), "demo.toml", sample_catalogue(), {{"optimizer.kind=sgd"}, {}});
    CHECK(scenario.experiment.runs[0].optimizer.kind == "sgd");
    REQUIRE_FALSE(scenario.dropped.empty());
    CHECK(scenario.dropped[0].run == "base");
    CHECK(scenario.dropped[0].key == "optimizer.freeze_step");
}

TEST_CASE("faults of --set are reported at the entry") {
    CHECK(set_error("optimizer.lrr=1")
              .find("--set optimizer.lrr: optimizer of kind \"onebit_adam\": unknown key \"lrr\"; "
                    "did you mean \"lr\"?") == 0);
    CHECK(set_error("optimizer.lr=-1") == "--set optimizer.lr: optimizer.lr: found -1; accepted: a number above 0");
    CHECK(set_error("optimzer.lr=1").find("--set optimzer.lr: unknown key \"optimzer\"; did you mean \"optimizer\"?") ==
          0);
    CHECK(set_error("optimizer.lr") == "--set: found \"optimizer.lr\"; accepted: key=value");
    CHECK(set_error("optimizer.lr=") == "--set optimizer.lr: found \"\"; accepted: a TOML value or a word");
    CHECK(set_error("optimizer.lr=1 2") == "--set optimizer.lr: found \"1 2\"; accepted: a TOML value or a word");
    CHECK(set_error("optimizer.lr=1\nx = 2") == "--set optimizer.lr: a value is one line");
    CHECK(set_error("optimizer..lr=1").find("--set optimizer..lr: an empty name") == 0);
    CHECK(set_error("title=x").find("--set title: unknown key \"title\"") == 0);
    CHECK(set_error("variant=[]").find("--set variant: unknown key \"variant\"") == 0);
    CHECK(set_error("model=5") == "--set model: model: found 5; accepted: a table");
    CHECK(set_error("run.steps=\"\xff\"").find("--set run.steps: found") == 0);
    CHECK(set_error("a\nb.c=1").find("--set \"a\\x0ab.c\": found") == 0);
}

TEST_CASE("a key set on the command line is found there again") {
    const Scenario scenario = load_scenario(sample_text(), "demo.toml", sample_catalogue(), {{"model.layers=[3]"}, {}});
    CHECK(scenario.locate("model.layers[0]", "base").text() == "--set model.layers");
    CHECK(std::string(scenario.explain(SpecError("model.layers", "too narrow"), "base").what()) ==
          "--set model.layers: model.layers: too narrow");
}

TEST_CASE("the option --seeds replaces the seeds and leaves out expectations about others") {
    const Experiment experiment = parse_scenario(sample_text(), "demo.toml", sample_catalogue(), {{}, {9}});
    CHECK(experiment.seeds == std::vector<std::uint64_t>{9});
    CHECK(experiment.expectations.size() == 2);  // the one with seeds = [2] is gone
    const Experiment both = parse_scenario(sample_text(), "demo.toml", sample_catalogue(), {{}, {9, 2}});
    REQUIRE(both.expectations.size() == 3);
    CHECK(both.expectations[1].seeds == std::vector<std::uint64_t>{2});
}

TEST_CASE("seeds on the command line are numbers and ranges") {
    CHECK(parse_seeds("1") == std::vector<std::uint64_t>{1});
    CHECK(parse_seeds("7,1-3") == std::vector<std::uint64_t>{7, 1, 2, 3});
    CHECK(parse_seeds("9223372036854775807") == std::vector<std::uint64_t>{9223372036854775807u});
    CHECK(parse_seeds("9223372036854775806-9223372036854775807").size() == 2);
    for (const char* bad : {"", ",", "1,", "-1", "a", "1-", "3-1", "1.5", "9223372036854775808",
                            "0-9223372036854775807", "1,1", "1-3,2", " 1"}) {
        INFO(bad);
        CHECK(seeds_error(bad).find("--seeds: ") == 0);
    }
}

TEST_CASE("seeds set by --set are treated like --seeds") {
    CHECK(with({"run.seeds=[7]"}).expectations.size() == 2);
    CHECK(set_error("run.seeds=[]").find("--set run.seeds: run.seeds: found an empty list") == 0);
    CHECK(set_error("run.seeds=7").find("--set run.seeds: run.seeds: found 7") == 0);
}
