#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec run_with(const std::string& precision) {
    return parse_scenario(minimal_text("[precision]\n" + precision), "t.toml", sample_catalogue()).runs[0];
}

std::string precision_error(const std::string& line) {
    return error_of(minimal_text("[precision]\n" + line));
}

}  // namespace

TEST_CASE("a preset gives every role a rounding and any role can be overridden") {
    const RunSpec run = run_with("preset = \"fp16\"\nexp_avg = \"bf16\"\noperand = \"e4m3\"\ngrad_operand = \"none\"");
    Precision expected = find_preset("fp16")->make();
    expected[Role::exp_avg] = rounding_to("bf16");
    expected[Role::operand] = rounding_to("e4m3");
    CHECK(run.precision == expected);
    CHECK(run.preset == "fp16");
}

TEST_CASE("a role as a table chooses its edges") {
    const auto weight = [](const std::string& table) { return *run_with("weight = " + table).precision[Role::weight]; };
    CHECK(weight("{ format = \"fp8_e4m3\" }") == rounding_to("fp8_e4m3"));
    CHECK(weight("{ format = \"fp8_e4m3\" }").overflow == Overflow::nan);
    CHECK(weight("{ format = \"fp8_e4m3\", overflow = \"saturate\" }").overflow == Overflow::saturate);
    CHECK(weight("{ format = \"fp16\" }").overflow == Overflow::infinity);
    CHECK(weight("{ format = \"fp16\", overflow = \"nan\", subnormals = \"flush\" }").subnormals == Subnormals::flush);
}

TEST_CASE("the arithmetic is chosen by name") {
    CHECK(run_with("arithmetic = \"binary64\"").arithmetic == Arithmetic::binary64);
    CHECK(run_with("arithmetic = \"multiprecision\"").arithmetic == Arithmetic::multiprecision);
    CHECK(precision_error("arithmetic = \"binary46\"")
              .find("demo.toml:5:14: precision.arithmetic: found \"binary46\"; did you mean \"binary64\"?") == 0);
}

TEST_CASE("roles and formats that do not exist are refused with the nearest name") {
    CHECK(precision_error("exp_avgsq = \"fp16\"")
              .find("demo.toml:5:1: precision: unknown key \"exp_avgsq\"; did you mean "
                    "\"exp_avg_sq\"?") == 0);
    CHECK(precision_error("exp_avg = \"fp61\"")
              .find("demo.toml:5:11: precision.exp_avg: unknown format \"fp61\"; did you "
                    "mean \"fp16\"?") == 0);
    CHECK(precision_error("exp_avg = \"e9m3\"").find("e<E>m<M> with 2 <= E <= 8 and 1 <= M <= 23, or q<I>.<F>") !=
          std::string::npos);
    CHECK(precision_error("exp_avg = 16")
              .find("demo.toml:5:11: precision.exp_avg: found 16; accepted: a format's name") == 0);
    CHECK(precision_error("exp_avg = {}").find("demo.toml:5:11: precision.exp_avg: missing \"format\"") == 0);
    CHECK(precision_error("exp_avg = { format = 1 }").find("demo.toml:5:22: precision.exp_avg.format: found 1") == 0);
    CHECK(precision_error("preset = \"fp-16\"").find("did you mean \"fp16\"?") != std::string::npos);
}

TEST_CASE("only what is cast on entry may stay as it is") {
    CHECK(precision_error("operand = \"none\"") == "accepted");
    CHECK(precision_error("weight = \"none\"") ==
          "demo.toml:5:10: precision.weight: found \"none\"; accepted: a format (only operand and grad_operand may "
          "stay as "
          "they are)");
}

TEST_CASE("a format without infinity cannot overflow to it") {
    CHECK(precision_error("weight = { format = \"fp8_e4m3\", overflow = \"infinity\" }") ==
          "demo.toml:5:44: precision.weight.overflow: fp8_e4m3 has no infinity; accepted: \"saturate\" or \"nan\"");
}
