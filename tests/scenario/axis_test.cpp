// The values of one swept key, in every form that a file and a command line may write.
#include "catch.hpp"
#include "message_of.hpp"
#include "swept.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

SweepKey lr(const std::string& value) {
    return one_axis("[sweep]\noptimizer.lr = " + value);
}
SweepKey freeze_step(const std::string& value) {
    return one_axis("[sweep]\noptimizer.freeze_step = " + value);
}
std::string lr_error(const std::string& value) {
    return swept_error("[sweep]\noptimizer.lr = " + value);
}

}  // namespace

TEST_CASE("a list of numbers is swept as it stands, on a logarithmic axis where it spans a factor of 20") {
    CHECK(lr("[0.5, 1, 2]") == SweepKey{"optimizer.lr", AxisScale::linear, {{"0.5", 0.5}, {"1", 1}, {"2", 2}}});
    CHECK(lr("[1e-3, 19e-3]").scale == AxisScale::linear);
    CHECK(lr("[1e-3, 20e-3]").scale == AxisScale::logarithmic);
    CHECK(lr("[20, 1]").scale == AxisScale::logarithmic);
    CHECK(lr("[0, 20]").scale == AxisScale::linear);
    CHECK(texts_of(lr("[20, 1, 3]")) == Texts{"20", "1", "3"});
}

TEST_CASE("texts, booleans, tables and lists are values by their place") {
    using Key = SweepKey;
    CHECK(one_axis("[sweep]\nmodel.activation = [\"relu\", \"gelu\"]") ==
          Key{"model.activation", AxisScale::named, {{"relu", 0}, {"gelu", 1}}});
    CHECK(one_axis("[sweep]\nmodel.noisy = [true, false]") ==
          Key{"model.noisy", AxisScale::named, {{"true", 0}, {"false", 1}}});
    CHECK(one_axis("[sweep]\n\"precision.weight\" = [\"bf16\", { format = \"fp16\", overflow = \"nan\" }]") ==
          Key{"precision.weight", AxisScale::named, {{"bf16", 0}, {"{ format = \"fp16\", overflow = \"nan\" }", 1}}});
    CHECK(one_axis("[sweep]\nmodel.layers = { values = [[2, 3], [4, 5, 6]] }") ==
          Key{"model.layers", AxisScale::named, {{"[2, 3]", 0}, {"[4, 5, 6]", 1}}});
    // Of numbers and texts together, nothing is between two.
    CHECK(one_axis("[sweep]\nmodel.curvature = { values = [1, [1, 2]] }").scale == AxisScale::named);
}

TEST_CASE("a logarithmic range has both its ends as they are written, and six digits between") {
    CHECK(lr("{ log = [1e-3, 1], points = 4 }") ==
          SweepKey{"optimizer.lr", AxisScale::logarithmic, {{"0.001", 0.001}, {"0.01", 0.01}, {"0.1", 0.1}, {"1", 1}}});
    CHECK(texts_of(lr("{ log = [1, 2], points = 3 }")) == Texts{"1", "1.41421", "2"});
    CHECK(texts_of(lr("{ points = 2, log = [0.123456789, 0.987654321] }")) == Texts{"0.123456789", "0.987654321"});
}

TEST_CASE("a linear range is evenly spaced") {
    CHECK(lr("{ linear = [0.5, 2], points = 4 }") ==
          SweepKey{"optimizer.lr", AxisScale::linear, {{"0.5", 0.5}, {"1", 1}, {"1.5", 1.5}, {"2", 2}}});
    CHECK(texts_of(lr("{ linear = [1, 2], points = 4 }")) == Texts{"1", "1.33333", "1.66667", "2"});
    CHECK(lr("{ linear = [1, 1000], points = 2 }").scale == AxisScale::linear);
}

TEST_CASE("a key that takes whole numbers gets each of a range's once") {
    CHECK(freeze_step("{ log = [1, 16], points = 9 }") ==
          SweepKey{"optimizer.freeze_step",
                   AxisScale::logarithmic,
                   {{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"6", 6}, {"8", 8}, {"11", 11}, {"16", 16}}});
    CHECK(texts_of(freeze_step("{ linear = [0, 3], points = 100 }")) == Texts{"0", "1", "2", "3"});
    // Six digits are rounded away before the whole number.
    CHECK(texts_of(freeze_step("{ linear = [0, 2000001], points = 3 }")) == Texts{"0", "1000000", "2000001"});
}

TEST_CASE("braces are one text a whole number, in either direction") {
    const SweepKey key = one_axis("[sweep]\n\"precision.weight\" = \"e5m{2..10}\"");
    CHECK(key.scale == AxisScale::linear);
    CHECK(texts_of(key) == Texts{"e5m2", "e5m3", "e5m4", "e5m5", "e5m6", "e5m7", "e5m8", "e5m9", "e5m10"});
    CHECK(positions_of(key) == Numbers{2, 3, 4, 5, 6, 7, 8, 9, 10});
    const SweepKey down = one_axis("[sweep]\nprecision.weight = \"e{8..6}m7\"");
    CHECK(texts_of(down) == Texts{"e8m7", "e7m7", "e6m7"});
    CHECK(positions_of(down) == Numbers{8, 7, 6});
    CHECK(freeze_step("\"{4..6}\"") ==
          SweepKey{"optimizer.freeze_step", AxisScale::linear, {{"4", 4}, {"5", 5}, {"6", 6}}});
    CHECK(freeze_step("\"{1..20}\"").scale == AxisScale::logarithmic);
    CHECK(texts_of(freeze_step("\"{7..7}\"")) == Texts{"7"});
}

TEST_CASE("keys are written in quotes, with dots, or as tables in tables") {
    const SweepKey key{"model.data.samples", AxisScale::linear, {{"4", 4}, {"8", 8}}};
    for (const char* text :
         {"[sweep]\n\"model.data.samples\" = [4, 8]", "[sweep]\nmodel.data.samples = [4, 8]",
          "[sweep]\nmodel.\"data.samples\" = [4, 8]", "[sweep.model]\ndata.samples = [4, 8]",
          "[sweep.model.data]\nsamples = [4, 8]", "[sweep]\nmodel = { data = { samples = { values = [4, 8] } } }"}) {
        INFO(text);
        CHECK(one_axis(text) == key);
    }
}

TEST_CASE("what is no axis is refused at its place") {
    const std::string accepted =
        "; accepted: a list, { log = [from, to], points = n }, { linear = [from, to], points = n }, a text with whole "
        "numbers in braces such as \"e5m{2..10}\"";
    CHECK(lr_error("0.5") == "demo.toml:9:16: sweep.optimizer.lr: found 0.5" + accepted);
    CHECK(lr_error("\"e5m\"") == "demo.toml:9:16: sweep.optimizer.lr: found \"e5m\"" + accepted);
    for (const char* text : {"{2..}", "{..2}", "{a..b}", "{2.3}", "2..3", "{2..3", "}2..3{", "{2...3}", "{2..3.5}",
                             "{2..99999999999999999999}"}) {
        INFO(text);
        CHECK(lr_error('"' + std::string(text) + '"') ==
              "demo.toml:9:16: sweep.optimizer.lr: found \"" + std::string(text) + "\"" + accepted);
    }
    CHECK(lr_error("[]") == "demo.toml:9:16: sweep.optimizer.lr: found an empty list; accepted: at least one value");
    CHECK(lr_error("{ values = [] }") ==
          "demo.toml:9:16: sweep.optimizer.lr: found an empty list; accepted: at least one value");
    CHECK(lr_error("[1, 2, 1.0]") == "demo.toml:9:23: sweep.optimizer.lr: \"1\" is listed twice");
    CHECK(lr_error("[\"a\\nb\"]") ==
          "demo.toml:9:17: sweep.optimizer.lr: found a text with a control character; accepted: texts of one line "
          "without tabs");
    // The journal of a sweep separates its fields by this one.
    CHECK(holds(lr_error("[\"a\\u001fb\"]"), "demo.toml:9:17: a string with a control character is not accepted"));
    CHECK(lr_error("[\"\"]") == "demo.toml:9:17: sweep.optimizer.lr: found \"\"; accepted: texts that are not empty");
}

TEST_CASE("a range that cannot be one is refused at its place") {
    const std::string at = "demo.toml:9:16: sweep.optimizer.lr: ", log = "demo.toml:9:24: sweep.optimizer.lr: ";
    CHECK(lr_error("{ log = [1, 2] }") == at + "missing \"points\": how many values");
    CHECK(lr_error("{ points = 3, log = [1, 2], linear = [1, 2] }") == at + "accepted: one of log and linear");
    CHECK(lr_error("{ log = [2, 1], points = 3 }") == log + "accepted: the lowest and the highest value, both above 0");
    CHECK(lr_error("{ log = [0, 1], points = 3 }") == log + "accepted: the lowest and the highest value, both above 0");
    CHECK(lr_error("{ log = [1, 2, 3], points = 3 }") ==
          log + "accepted: the lowest and the highest value, both above 0");
    CHECK(lr_error("{ linear = [1, 1], points = 3 }") ==
          "demo.toml:9:27: sweep.optimizer.lr: accepted: the lowest and the highest value");
    CHECK(lr_error("{ log = 3, points = 3 }").find("demo.toml:9:24: sweep.optimizer.lr.log: found 3") == 0);
    CHECK(lr_error("{ log = [1, inf], points = 3 }").find("demo.toml:9:28: sweep.optimizer.lr.log: found inf") == 0);
    CHECK(lr_error("{ log = [1, 2], points = 1 }").find("demo.toml:9:41: sweep.optimizer.lr.points: found 1") == 0);
    CHECK(lr_error("{ log = [1, 2], points = 1000000 }").find("demo.toml:9:41: sweep.optimizer.lr.points: found") == 0);
    CHECK(lr_error("{ log = [1, 2], point = 4 }")
              .find("demo.toml:9:32: sweep.optimizer.lr: unknown key \"point\"; did you mean \"points\"?") == 0);
    CHECK(swept_error("[sweep]\noptimizer.freeze_step = { log = [1, 1e300], points = 4 }") ==
          "demo.toml:9:33: sweep.optimizer.freeze_step: accepted: whole numbers of at most fifteen digits");
    // More points than six digits tell apart.
    CHECK(holds(lr_error("{ linear = [1, 1.00001], points = 100 }"), " is listed twice"));
}

TEST_CASE("braces with too many numbers are refused, however many") {
    for (const char* text :
         {"{1..100001}", "{-9223372036854775808..9223372036854775807}", "{9223372036854775807..-9223372036854775808}"})
        CHECK(lr_error('"' + std::string(text) + '"') == "demo.toml:9:16: sweep.optimizer.lr: found \"" +
                                                             std::string(text) +
                                                             "\"; accepted: at most 100000 numbers in the braces");
    CHECK(texts_of(freeze_step("\"{9223372036854775806..9223372036854775807}\"")) ==
          Texts{"9223372036854775806", "9223372036854775807"});
}

TEST_CASE("a value that its key does not take is told when its run is made, at its place") {
    const Scenario scenario = swept("[sweep]\noptimizer.lr = [1,\n  -1]");
    CHECK(scenario.sweep->spec(scenario.sweep->point(0)).optimizer.number("lr") == 1);
    CHECK(message_of([&] {
              scenario.sweep->spec({0, {1}, 1});
          }) == "demo.toml:10:3: optimizer.lr: found -1; accepted: a number above 0");
    CHECK(message_of([&] {
              scenario.sweep->spec({1, {1}, 1});
          }) == "demo.toml:10:3: optimizer.lr: found -1; accepted: a number above 0 (in variant \"sgd\")");
}
