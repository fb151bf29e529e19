#include "halfstep/spec/json.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "halfstep/spec/event_kind.hpp"

using namespace halfstep;
using Json = nlohmann::ordered_json;

namespace {

RunSpec sample() {
    RunSpec spec;
    spec.scenario = "demo";
    spec.run = "base";
    spec.model = {"mlp",
                  {{"layers", {std::vector<Value>{{std::int64_t{2}}, {std::int64_t{32}}}}},
                   {"rows", {std::vector<Value>{{std::vector<Value>{{1.0}, {-0.0}}}}}},
                   {"data", {Configured{"spirals", {{"noise", {0.1}}, {"samples", {std::int64_t{256}}}}}}},
                   {"seed", {}}}};
    spec.workers = 4;
    spec.batch = 64;
    spec.optimizer = {"adam",
                      {{"lr", {1e22}},
                       {"beta1", {1.0}},
                       {"nesterov", {true}},
                       {"mode", {std::string("inf")}},
                       {"nothing", {Entries{}}},
                       {"constants",
                        {Entries{{{"c", {std::string("1 - beta1")}},
                                  {"kinds", {2.0}},
                                  {"rows", {std::vector<Value>{{std::vector<Value>{{1.0}}}}}},
                                  {"m", {Entries{{{"init", {0.0}}, {"scalar", {true}}}}}}}}}}}};
    spec.lr_values = {0.1, 5e-324, 1.7976931348623157e308};
    spec.groups = {{{0, 2}, {{"weight_decay", {0.0}}}, {1, 0.5}, true}, {{1}, {}, {}, false}};
    spec.engine = {"plain", {}};
    spec.loss_scale = {"none", {}};
    spec.preset = "fp16";
    spec.precision = find_preset("fp16")->make();
    spec.precision[Role::exp_avg] = Rounding{*find_format("e4m5"), Overflow::saturate, Subnormals::flush};
    spec.precision[Role::master] =
        Rounding{*find_format("q3.4"), Overflow::saturate, Subnormals::keep, RoundingMode::stochastic, 7};
    spec.precision[Role::weight] = rounding_to("mxfp6_e3m2");
    spec.precision[Role::update]->subnormal_inputs = Subnormals::flush;
    spec.precision.summation = {SumOrder::chunked, 12};
    spec.arithmetic = Arithmetic::binary64;
    spec.steps = 100'000'000;
    spec.record_every = 7;
    spec.evaluate_every = 3;
    spec.trace_every = 50;
    spec.reference = Arithmetic::multiprecision;
    spec.injections = {{5, 1, 2, std::numeric_limits<double>::infinity()},
                       {6, 0, 0, -std::numeric_limits<double>::infinity()}};
    spec.reload_at = {10, 20};
    spec.watches = {{"x", "x[0] * 2"}, {"norm(m)", "norm(m)"}};
    return spec;
}

}  // namespace

TEST_CASE("a run specification survives the way through JSON text to the bit") {
    const RunSpec spec = sample();
    CHECK(run_spec_from_json(Json::parse(to_json(spec).dump(2))) == spec);
    CHECK(run_spec_from_json(Json::parse(to_json(RunSpec{}).dump())) == RunSpec{});
}

TEST_CASE("what a precision does not use is not written, so that older specifications read the same") {
    RunSpec spec = sample();
    spec.precision = find_preset("fp16")->make();
    const std::string text = to_json(spec).dump();
    for (const char* key : {"random_bits", "subnormal_inputs", "chunk", "\"sum\""})
        CHECK(text.find(key) == std::string::npos);
    Json damaged = to_json(sample());
    damaged["precision"]["accumulator"]["sum"] = "kahn";
    CHECK_THROWS_AS(run_spec_from_json(damaged), std::invalid_argument);
    damaged = to_json(sample());
    damaged["precision"]["accumulator"]["chunk"] = 0;
    CHECK_THROWS_AS(run_spec_from_json(damaged), std::invalid_argument);
}

TEST_CASE("a program survives the way through JSON text") {
    RunSpec spec = sample();
    spec.model = spec.optimizer = spec.engine = spec.loss_scale = {};
    spec.program = {"program",
                    {{"constants", {Entries{{{"k", {std::string("1/3")}}, {"h", {0.1}}}}}},
                     {"init", {Entries{{{"x", {std::vector<Value>{{1.0}, {2.0}}}}}}}},
                     {"step", {std::string("x = x + k\n")}},
                     {"roles", {Entries{}}}}};
    CHECK(spec.is_program());
    CHECK(run_spec_from_json(Json::parse(to_json(spec).dump(2))) == spec);
    CHECK_FALSE(to_json(sample()).contains("program"));
}

TEST_CASE("a specification of before runs were traced reads as one that traces nothing") {
    Json json = to_json(sample());
    json.erase("trace_every");
    json.erase("reference");
    CHECK(run_spec_from_json(json).trace_every == -1);
    CHECK_FALSE(run_spec_from_json(json).reference);
}

TEST_CASE("non-finite numbers are strings in JSON") {
    RunSpec spec = sample();
    spec.injections[0].value = std::nan("");
    const Json json = to_json(spec);
    CHECK(json["injections"][0]["value"] == "nan");
    CHECK(json["injections"][1]["value"] == "-inf");
    CHECK(std::isnan(run_spec_from_json(json).injections[0].value));
    CHECK(json["precision"]["operand"] == "none");
    CHECK(json["precision"]["exp_avg"]["format"] == "e4m5");
    CHECK(json["model"]["data"]["kind"] == "spirals");
}

TEST_CASE("reading a damaged specification names the key") {
    const auto message = [](auto damage) -> std::string {
        Json json = to_json(sample());
        damage(json);
        try {
            run_spec_from_json(json);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "accepted";
    };
    CHECK(message([](Json& j) { j.erase("steps"); }) == "run specification: missing \"steps\"");
    CHECK(message([](Json& j) { j["setps"] = 1; }).find("unknown key \"setps\"; did you mean \"steps\"?") !=
          std::string::npos);
    CHECK(message([](Json& j) { j["workers"] = 3'000'000'000; }) == "workers: out of range");
    CHECK(message([](Json& j) { j["steps"] = 18'000'000'000'000'000'000ull; }) == "steps: out of range");
    CHECK(message([](Json& j) { j["steps"] = 1.5; }) == "steps: not an integer");
    CHECK(message([](Json& j) { j["model"] = 1; }) == "model: not an object");
    CHECK(message([](Json& j) { j["engine"] = Json::object(); }) == "engine: does not begin with \"kind\"");
    CHECK(message([](Json& j) { j["precision"].erase("comm"); }) == "precision: does not have every role once");
    CHECK(message([](Json& j) { j["precision"]["comm"]["format"] = "fp17"; }) ==
          "precision.comm: unknown format \"fp17\"");
    CHECK(message([](Json& j) { j["injections"][1]["value"] = "infinite"; }) == "injections[1].value: not a number");
    CHECK(message([](Json& j) { j["reference"] = "binary46"; }).find("did you mean \"binary64\"?") !=
          std::string::npos);
    CHECK(message([](Json& j) { j["trace_every"] = "off"; }) == "trace_every: not an integer");
    CHECK(message([](Json& j) { j["arithmetic"] = "emulate"; }).find("did you mean \"emulated\"?") !=
          std::string::npos);
    CHECK(message([](Json& j) { j["watches"][1].erase("text"); }) == "watches[1]: missing \"text\"");
    CHECK(message([](Json& j) { j.erase("watches"); }) == "accepted");  // results of before there were any
    CHECK(message([](Json& j) { j = Json::array(); }) == "run specification: not an object");
}

TEST_CASE("an experiment is printed whole") {
    Experiment experiment;
    experiment.name = "demo";
    experiment.title = "A title";
    experiment.runs = {sample()};
    experiment.seeds = {1, 9'007'199'254'740'993};
    Expectation expectation;
    expectation.run = "base";
    expectation.metric = "final_loss";
    expectation.below = Bound{0, "adam", "final_loss", 2};
    expectation.at_least = Bound{-std::numeric_limits<double>::infinity(), "", "", 1};
    experiment.expectations = {expectation};
    const Json json = to_json(experiment);
    CHECK(json["seeds"][1] == 9'007'199'254'740'993);
    CHECK(json["runs"][0] == to_json(sample()));
    CHECK(json["expectations"][0]["below"]["times"] == 2.0);
    CHECK(json["expectations"][0]["at_least"] == "-inf");
    CHECK_FALSE(json["expectations"][0].contains("above"));
    CHECK(metric_docs().size() == 25 + event_kinds().size());
}

TEST_CASE("a sweep is written so that it reads back as it was") {
    Sweep sweep;
    sweep.axes = {{{{"optimizer.lr", AxisScale::logarithmic, {{"0.1", 0.1}, {"1", 1}}},
                    {"run.steps", AxisScale::linear, {{"10", 10}, {"20", 20}}}}},
                  {{{"precision.weight", AxisScale::named, {{"{ format = \"fp16\" }", 0}}}}}};
    sweep.seeds = {1, 9'007'199'254'740'993};
    sweep.runs = {"base", "sgd"};
    sweep.metrics = {"max_loss"};
    sweep.verdicts = {{"fine", {"final_loss", {}, 1e300, {}, {}, -0.5}}, {"odd", {"max_loss", 1.0, {}, 0.5, 2.0, {}}}};
    sweep.curves = true;
    sweep.kept_series = {{}, {{"optimizer.lr", "1"}, {"run.steps", "20"}}};
    BoundarySearch search;
    search.name = "edge";
    search.key = sweep.axes[0].keys[0];
    search.swept = true;
    search.largest = false;
    search.holds = "fine";
    search.refine = false;
    search.whole = true;
    search.resolution = 0.125;
    search.seeds = {7};
    search.theory = "2/lr";
    sweep.boundaries = {search};
    sweep.theory = "1/lr";
    sweep.size = 123;
    CHECK(sweep_from_json(Json::parse(to_json(sweep).dump())) == sweep);
    CHECK(sweep_from_json(to_json(Sweep{})) == Sweep{});
    Json damaged = to_json(sweep);
    damaged.erase("size");
    CHECK_THROWS(sweep_from_json(damaged));
}
