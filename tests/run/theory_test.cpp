// The formula that a sweep is compared with.
#include "halfstep/run/theory.hpp"

#include <cmath>

#include "halfstep/scenario/scenario.hpp"
#include "message_of.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Scenario swept() {
    return load_scenario(R"(title = "t"
[model]
kind = "quadratic"
dimension = 4
max_curvature = 10.0
[workers]
count = 2
[optimizer]
kind = "momentum"
lr = 0.005
momentum = 0.5
[run]
steps = 50
[sweep]
optimizer.momentum = [0.25, 0.75]
"precision.weight" = "e5m{2..10}"
"precision.gradient" = ["bf16", "fp16"]
)",
                         "t.toml", builtin_catalogue());
}

TheoryNames names_at(const std::vector<std::string>& at) {
    const Scenario scenario = swept();
    return theory_names(scenario.experiment.runs[0], *scenario.experiment.sweep, at);
}

double evaluated(const std::string& text) {
    return evaluate_theory("sweep.theory", text, names_at({"0.25", "e5m7", "fp16"}));
}

std::string refusal(const std::string& text) {
    try {
        evaluated(text);
    } catch (const SpecError& error) {
        return error.key() + ": " + error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a theory may name the run's numbers, and the axes by their short keys") {
    const TheoryNames names = names_at({"0.25", "e5m7", "fp16"});
    CHECK(names.at("max_curvature") == 10);
    CHECK(names.at("dimension") == 4);
    CHECK(names.at("lr") == 0.005);
    CHECK(names.at("workers") == 2);
    CHECK(names.at("steps") == 50);
    CHECK(names.at("momentum") == 0.25);  // the axis, not the run's own
    CHECK(names.at("weight") == 7);       // the number in the braces
    CHECK(names.at("gradient") == 1);     // the second of the list
    CHECK_FALSE(names.contains("kind"));
}

TEST_CASE("an axis that the run does not know has no name of its own") {
    const TheoryNames names = names_at({"", "e5m2", "bf16"});
    CHECK(names.at("momentum") == 0.5);
    CHECK_FALSE(names_at({"0.25", "", "bf16"}).contains("weight"));
}

TEST_CASE("a theory is evaluated in binary64") {
    CHECK(evaluated("2/max_curvature") == 0.2);
    CHECK(evaluated("2*(1 + momentum)/max_curvature") == 0.25);
    CHECK(evaluated("2^(-weight)") == 0.0078125);
    CHECK(evaluated("sqrt(dimension) - lr") == 1.995);
    CHECK(evaluated("1/(workers - 2)") == HUGE_VAL);
    CHECK(std::isnan(evaluated("0/(workers - 2)")));
}

TEST_CASE("a theory that cannot be read, or names something else, is refused with the nearest name") {
    CHECK(holds(refusal("2/max_curvatur"),
                "sweep.theory: unknown name \"max_curvatur\"; did you mean \"max_curvature\"?"));
    for (const char* text : {"", "2/", "2 +* 3", "(1", "1)", "a = 1", "\"x\""}) {
        INFO(text);
        CHECK(refusal(text).find("sweep.theory: ") == 0);
    }
}
