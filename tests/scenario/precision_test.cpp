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

TEST_CASE("a role's table chooses mode, random bits and what happens to subnormal operands") {
    const auto master = [](const std::string& text) { return *run_with("master = " + text).precision[Role::master]; };
    const Rounding plain = master("{ format = \"bf16\", rounding = \"stochastic\" }");
    CHECK(plain.mode == RoundingMode::stochastic);
    CHECK(plain.random_bits == 32);
    CHECK(master("{ format = \"bf16\", rounding = \"stochastic\", random_bits = 5 }").random_bits == 5);
    CHECK(master("{ format = \"bf16\", subnormal_inputs = \"flush\" }").subnormal_inputs == Subnormals::flush);
    CHECK(precision_error("master = { format = \"bf16\", random_bits = 5 }") ==
          "demo.toml:5:43: precision.master.random_bits: only rounding = \"stochastic\" has random bits; found "
          "rounding = "
          "\"ties_to_even\"");
    for (const char* bits : {"0", "33"})
        CHECK(precision_error(
                  "master = { format = \"bf16\", rounding = \"stochastic\", random_bits = " + std::string(bits) + " }")
                  .find("demo.toml:5:68: precision.master.random_bits: found " + std::string(bits)) == 0);
}

TEST_CASE("formats without infinity or NaN saturate unless the role says otherwise") {
    const auto weight = [](const std::string& text) { return *run_with("weight = " + text).precision[Role::weight]; };
    for (const char* name : {"\"fp6_e3m2\"", "\"fp4_e2m1\"", "\"q3.4\"", "\"mxfp8_e5m2\""})
        CHECK(weight(name).overflow == Overflow::saturate);
    CHECK(weight("\"fp8_e4m3fnuz\"").overflow == Overflow::nan);
    CHECK(weight("{ format = \"fp4_e2m1\", overflow = \"nan\" }").overflow == Overflow::nan);
}

TEST_CASE("block formats are for what is stored, and saturate") {
    CHECK(precision_error("weight = \"mxfp4_e2m1\"") == "accepted");
    CHECK(precision_error("update = \"mxfp4_e2m1\"").find("demo.toml:5:10: precision.update: mxfp4_e2m1 shares its") ==
          0);
    CHECK(precision_error("weight = { format = \"mxfp4_e2m1\", overflow = \"nan\" }")
              .find("demo.toml:5:46: precision.weight.overflow: found \"nan\"; accepted: \"saturate\"") == 0);
    CHECK(precision_error("weight = { format = \"mxfp4_e2m1\", subnormal_inputs = \"flush\" }")
              .find("demo.toml:5:54: precision.weight.subnormal_inputs: mxfp4_e2m1 shares its scale") == 0);
}

TEST_CASE("only the accumulator adds up, and only some orders have chunks") {
    const auto summation = [](const std::string& text) {
        return run_with("accumulator = " + text).precision.summation;
    };
    CHECK(summation("\"fp16\"") == Summation{SumOrder::ordered, 1});
    CHECK(summation("{ format = \"fp16\", sum = \"kahan\" }") == Summation{SumOrder::kahan, 1});
    CHECK(summation("{ format = \"fp16\", sum = \"chunked\" }") == Summation{SumOrder::chunked, 64});
    CHECK(summation("{ format = \"fp16\", sum = \"fused\", chunk = 8 }") == Summation{SumOrder::fused, 8});
    CHECK(precision_error("accumulator = { format = \"fp16\", sum = \"kahn\" }").find("did you mean \"kahan\"?") !=
          std::string::npos);
    CHECK(precision_error("accumulator = { format = \"fp16\", chunk = 8 }")
              .find("sums that are ordered have no chunks") != std::string::npos);
    CHECK(precision_error("accumulator = { format = \"fp16\", sum = \"fused\", chunk = 300 }")
              .find("found 300; accepted with sum = \"fused\": 1 to 256") != std::string::npos);
    CHECK(precision_error("product = { format = \"fp16\", sum = \"kahan\" }").find("unknown key \"sum\"") !=
          std::string::npos);
}
