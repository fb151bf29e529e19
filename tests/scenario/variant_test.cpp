#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec variant(const std::string& changes) {
    return parse_scenario(sample_text() + "[[variant]]\nname = \"new\"\n" + changes, "t.toml", sample_catalogue())
        .runs.back();
}

std::string variant_error(const std::string& changes) {
    return error_of(minimal_text("[[variant]]\nname = \"new\"\n" + changes));
}

}  // namespace

TEST_CASE("a variant is the base run with what it writes") {
    const Experiment experiment = parse_scenario(sample_text(), "demo.toml", sample_catalogue());
    const RunSpec &base = experiment.runs[0], &xor_2 = experiment.runs[2];
    CHECK(xor_2.run == "xor-2");
    CHECK(xor_2.steps == 300);
    CHECK(xor_2.injections.empty());
    CHECK(xor_2.record_every == base.record_every);
    CHECK(xor_2.optimizer == base.optimizer);
    CHECK(xor_2.precision == base.precision);
    CHECK(xor_2.model.integers("layers") == base.model.integers("layers"));
}

TEST_CASE("a new kind drops what it does not know, keeps what it knows, and says so") {
    const Scenario scenario = load_scenario(sample_text(), "demo.toml", sample_catalogue());
    const RunSpec& sgd = scenario.experiment.runs[1];
    CHECK(sgd.optimizer == Configured{"sgd", {{"lr", {1e-3}}, {"momentum", {0.9}}}});
    CHECK(sgd.groups == scenario.experiment.runs[0].groups);
    CHECK(scenario.experiment.runs[2].model.configured("data") ==
          Configured{"xor", {{"samples", {std::int64_t{256}}}}});
    CHECK(scenario.experiment.runs[2].loss_scale == Configured{"none", {}});

    REQUIRE(scenario.dropped.size() == 3);
    CHECK(scenario.dropped[0].run == "sgd");
    CHECK(scenario.dropped[0].key == "optimizer.freeze_step");
    CHECK(scenario.dropped[0].written.text() == "demo.toml:21:1");
    CHECK(scenario.dropped[1].key == "model.data.noise");
    CHECK(scenario.dropped[2].key == "loss_scale.scale");
}

TEST_CASE("keys written in the variant itself stay strict") {
    CHECK(variant_error("optimizer = { kind = \"onebit_adam\", momentum = 1 }\n") ==
          "demo.toml:6:37: optimizer of kind \"onebit_adam\": unknown key \"momentum\". Accepted: kind, lr, beta1, "
          "freeze_step, lr_values, group (in variant \"new\")");
    CHECK(variant_error("optimizer.kind = \"sdg\"\n") ==
          "demo.toml:6:18: optimizer.kind: unknown kind \"sdg\"; did you mean \"sgd\"? Accepted: sgd, onebit_adam (in "
          "variant \"new\")");
}

TEST_CASE("an inherited value that does not fit the variant is reported where it was written") {
    CHECK(error_of(sample_text() + "[[variant]]\nname = \"short\"\nrun.steps = 60\n") ==
          "demo.toml:47:14: run.reload_at: found step 100, but run.steps is 60 and steps count from 0 (in variant "
          "\"short\")");
}

TEST_CASE("inline tables merge like dotted keys, lists are replaced") {
    CHECK(variant("model.data = { samples = 9 }\n").model.configured("data").number("noise") == 0.05);
    CHECK(variant("model.data.samples = 9\n").model.configured("data").number("noise") == 0.05);
    CHECK(variant("model.layers = [7]\n").model.integers("layers") == std::vector<std::int64_t>{7});
    CHECK(variant("optimizer.group = []\n").groups.empty());
    CHECK(variant("[[variant.inject]]\nstep = 0\nindex = 0\nvalue = 1\n").injections ==
          std::vector<Injection>{{0, 0, 0, 1}});
    CHECK(variant("[variant.workers]\ncount = 8\n").workers == 8);
    CHECK(variant("[variant.workers]\ncount = 8\n").batch == 64);
}

TEST_CASE("a role written as a table keeps its edges unless a format is named") {
    const auto weight = [](const std::string& change) { return *variant(change).precision[Role::weight]; };
    CHECK(weight("precision.weight.overflow = \"nan\"\n").format.name == "fp8_e4m3");
    CHECK(weight("precision.weight.overflow = \"nan\"\n").overflow == Overflow::nan);
    CHECK(weight("precision.weight.overflow = \"nan\"\n").subnormals == Subnormals::flush);
    CHECK(weight("precision.weight.format = \"fp16\"\n") == rounding_to("fp16"));
    CHECK(weight("precision.weight = \"bf16\"\n") == rounding_to("bf16"));
}

TEST_CASE("variants have names of their own") {
    const auto named = [](const std::string& name) { return error_of(minimal_text("[[variant]]\nname = " + name)); };
    CHECK(named("\"a\"") == "accepted");
    CHECK(named("\"A-1_b.c\"") == "accepted");
    CHECK(named("\"base\"").find("is the run without changes") != std::string::npos);
    for (const char* bad : {"\"\"", "\"a b\"", "\"../x\"", "\".x\"", "\"\\u00e9\"", "\"a\\nb\""}) {
        INFO(bad);
        CHECK(named(bad).find("accepted: up to 100 letters") != std::string::npos);
    }
    CHECK(named("1") == "demo.toml:5:8: variant[0].name: found 1; accepted: a text");
    CHECK(named("\"a\"\n[[variant]]\nname = \"a\"") ==
          "demo.toml:7:8: variant[1].name: \"a\" is the name of an earlier variant");
    CHECK(error_of(minimal_text("[[variant]]\nrun.steps = 1")) == "demo.toml:4:1: variant[0]: missing \"name\"");
}

TEST_CASE("what is common to all runs is not for a variant") {
    CHECK(variant_error("title = \"x\"\n").find("demo.toml:6:1: variant[0]: unknown key \"title\"") == 0);
    CHECK(variant_error("run.seeds = [1]\n").find("demo.toml:6:13: variant[0].run.seeds: every run has") == 0);
    CHECK(variant_error("[[variant.expect]]\n").find("demo.toml:6:11: variant[0]: unknown key \"expect\"") == 0);
}
