// The rules of configurations asked about scenarios that use the engine "deepspeed".
#include "halfstep/run/recipe_check.hpp"

#include "catch.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "message_of.hpp"

using namespace halfstep;

namespace {

RunSpec run_of(const std::string& tables) {
    return parse_scenario("title = \"t\"\n[model]\nkind = \"quadratic\"\n" + tables, "t.toml", builtin_catalogue())
        .runs[0];
}

// A specification as it would be with an optimizer that Lamb stands for, whether or not there is one.
RunSpec lamb_with_static_scale(const std::string& override_list = "[]") {
    RunSpec run =
        run_of("[optimizer]\nkind = \"onebit_adam\"\n[engine]\nkind = \"deepspeed\"\noverride = " + override_list +
               "\n[precision]\npreset = \"fp16\"\n[loss_scale]\nkind = \"static\"\nscale = 128.0\n");
    run.optimizer.kind = "onebit_lamb";
    return run;
}

}  // namespace

TEST_CASE("a 1-bit optimizer outside fp16 is warned about and runs") {
    const RunSpec run = run_of("[optimizer]\nkind = \"onebit_adam\"\n[engine]\nkind = \"deepspeed\"\n");
    const auto findings = recipe_findings(run);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].rule == "onebit-not-fp16");
    CHECK(findings[0].key == "precision.preset");
    CHECK_FALSE(findings[0].refused);
    check_buildable(run, 1);
    const RunSpec fp16 = run_of(
        "[optimizer]\nkind = \"onebit_adam\"\n[engine]\nkind = \"deepspeed\"\n[precision]\npreset = \"fp16\"\n"
        "[loss_scale]\nkind = \"deepspeed\"\n");
    CHECK(recipe_findings(fp16).empty());
}

TEST_CASE("the rules speak about the engine deepspeed alone") {
    CHECK(recipe_findings(run_of("[optimizer]\nkind = \"onebit_adam\"\n")).empty());
}

TEST_CASE("a combination that DeepSpeed refuses is an error that says how to override it") {
    const RunSpec run = lamb_with_static_scale();
    const std::string message = message_of([&] { check_recipe(run); });
    CHECK(holds(message, "found 128.0 with OneBitLamb"));
    CHECK(holds(message, "engine.override = [\"lamb-static-loss-scale\"]"));
    try {
        check_buildable(run, 1);
        FAIL("accepted");
    } catch (const SpecError& error) {
        CHECK(error.key() == "loss_scale.kind");
    }
}

TEST_CASE("an overridden rule is still found, and refuses no more") {
    const RunSpec run = lamb_with_static_scale("[\"lamb-static-loss-scale\"]");
    check_recipe(run);
    const auto findings = recipe_findings(run);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].refused);
    CHECK(findings[0].overridden);
}

TEST_CASE("an override that is no rule is misspelt") {
    const RunSpec run = run_of(
        "[optimizer]\nkind = \"adam\"\n[engine]\nkind = \"deepspeed\"\noverride = [\"lamb-static-loss-scale\", "
        "\"onebit-with-zeros\"]\n");
    CHECK(holds(message_of([&] { check_recipe(run); }), "did you mean \"onebit-with-zero\"?"));
    try {
        check_recipe(run);
    } catch (const SpecError& error) {
        CHECK(error.key() == "engine.override[1]");
    }
}

TEST_CASE("engine.override takes a list of texts") {
    const auto message = [](const std::string& value) {
        return message_of([&] {
            run_of("[optimizer]\nkind = \"adam\"\n[engine]\nkind = \"deepspeed\"\noverride = " + value + "\n");
        });
    };
    CHECK(holds(message("7"), "engine.override: found 7; accepted: a list of texts"));
    CHECK(holds(message("[\"a\", 7]"), "found 7 in the list; accepted: a list of texts"));
}
