// What a user reads when a file is wrong: the place, what was found, what is accepted, and the
// nearest name.
#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// The error of the smallest scenario with `line` as its fourth line.
std::string line_error(const std::string& line) {
    return error_of(minimal_text(line + "\n"));
}

bool begins(const std::string& text, const std::string& start) {
    if (text.compare(0, start.size(), start) == 0) return true;
    UNSCOPED_INFO("found: " << text);
    return false;
}

}  // namespace

TEST_CASE("unknown keys are reported with the nearest name") {
    CHECK(
        begins(error_of("titel = \"x\""), "demo.toml:1:1: unknown key \"titel\"; did you mean \"title\"? Accepted: "));
    CHECK(begins(line_error("[optimzer]"), "demo.toml:4:2: unknown key \"optimzer\"; did you mean \"optimizer\"?"));
    CHECK(line_error("[workers]\ncuont = 2") ==
          "demo.toml:5:1: workers: unknown key \"cuont\"; did you mean \"count\"? Accepted: count, batch");
    CHECK(line_error("[engine]\nkind = \"deepspede\"") ==
          "demo.toml:5:8: engine.kind: unknown kind \"deepspede\"; did you mean \"deepspeed\"? Accepted: plain, "
          "deepspeed");
    CHECK(line_error("[engine]\nclip = 1") ==
          "demo.toml:5:1: engine of kind \"plain\": unknown key \"clip\". Accepted: kind");
    CHECK(begins(line_error("\"\" = 1"), "demo.toml:4:1: unknown key \"\". Accepted: "));
    CHECK(begins(line_error("\"\\u001b[31m\" = 1"), "demo.toml:4:1: unknown key \"\\x1b[31m\". Accepted: "));
}

TEST_CASE("what is missing is named with what would be accepted") {
    CHECK(error_of("") == "demo.toml:1:1: missing \"title\"; accepted: a text (one line, shown above every result)");
    CHECK(error_of("title = \"t\"") == "demo.toml:1:1: model: missing \"kind\"; accepted: mlp, quadratic");
    CHECK(error_of("title = \"t\"\nmodel.kind = \"mlp\"") ==
          "demo.toml:2:1: model: missing \"layers\"; accepted: a list of integers, each at least 1 (widths)");
    CHECK(error_of("title = \"t\"\n[model]\nkind = \"quadratic\"\n[optimizer]\n") ==
          "demo.toml:4:1: optimizer: missing \"kind\"; accepted: sgd, onebit_adam");
    CHECK(error_of("title = \"\"\nmodel.kind = \"quadratic\"") ==
          "demo.toml:1:9: title: found \"\"; accepted: a line of text");
}

TEST_CASE("a wrong type or range is reported at the value") {
    CHECK(line_error("claim = 1") == "demo.toml:4:9: claim: found 1; accepted: a text");
    CHECK(line_error("run.steps = 10.0") ==
          "demo.toml:4:13: run.steps: found 10.0; accepted: an integer from 1 to 100000000");
    CHECK(line_error("run.steps = 0") ==
          "demo.toml:4:13: run.steps: found 0; accepted: an integer from 1 to 100000000");
    CHECK(line_error("run.steps = 100_000_001") ==
          "demo.toml:4:13: run.steps: found 100000001; accepted: an integer from 1 to 100000000");
    CHECK(line_error("run = 5") == "demo.toml:4:7: run: found 5; accepted: a table");
    CHECK(line_error("inject = {}") == "demo.toml:4:10: inject: found a table; accepted: a list of tables");
    CHECK(line_error("variant = [1]") == "demo.toml:4:12: variant[0]: found 1; accepted: a table");
    CHECK(
        line_error("claim = 1979-05-27") ==
        "demo.toml:4:9: found \"1979-05-27\", which may be a date or time; accepted: a number, true, false, a text in "
        "quotes, a list or a table");
    CHECK(line_error("claim = { a = 1 }") == "demo.toml:4:9: claim: found a table; accepted: a text");
    CHECK(error_of("title = \"t\"\nmodel = { kind = \"mlp\", layers = [2,\n  0.5] }") ==
          "demo.toml:3:3: model.layers: found 0.5 in the list; accepted: a list of integers, each at least 1");
    CHECK(error_of("title = \"t\"\nmodel = { kind = \"mlp\", layers = [1], data = \"xor\" }") ==
          "demo.toml:2:46: model.data: found \"xor\"; accepted: a table with a kind of data");
    CHECK(
        error_of("title = \"t\"\nmodel = { kind = \"mlp\", layers = [1], activation = \"rleu\" }") ==
        "demo.toml:2:52: model.activation: found \"rleu\"; did you mean \"relu\"? Accepted: one of \"relu\", \"tanh\", "
        "\"gelu\"");
}

TEST_CASE("numbers are finite except where the format says otherwise") {
    const auto lr = [](const std::string& value) {
        return error_of("title = \"t\"\nmodel.kind = \"quadratic\"\noptimizer = { kind = \"sgd\", lr = " + value +
                        " }");
    };
    CHECK(lr("inf") == "demo.toml:3:34: optimizer.lr: found inf; accepted: a number above 0");
    CHECK(lr("nan") == "demo.toml:3:34: optimizer.lr: found nan; accepted: a number above 0");
    CHECK(begins(lr("1e999"), "demo.toml:3:"));
    CHECK(begins(lr("99999999999999999999"), "demo.toml:3:"));
    CHECK(begins(lr("1."), "demo.toml:3:"));
    CHECK(begins(lr("01"), "demo.toml:3:"));
    const std::string inject = "[[inject]]\nstep = 0\nindex = 0\nvalue = ";
    for (const char* value : {"inf", "-inf", "nan", "+nan", "\"inf\"", "\"-inf\"", "\"nan\"", "1", "-1.5"}) {
        INFO(value);
        CHECK(line_error(inject + value) == "accepted");
    }
    CHECK(begins(line_error(inject + "\"infinite\""), "demo.toml:7:9: inject[0].value: found \"infinite\"; "));
}

TEST_CASE("steps and workers that never come are refused") {
    CHECK(line_error("[[inject]]\nstep = 100\nindex = 0\nvalue = 1") ==
          "demo.toml:5:8: inject[0].step: found 100, but run.steps is 100 and steps count from 0");
    CHECK(line_error("[[inject]]\nstep = 1\nworker = 1\nindex = 0\nvalue = 1") ==
          "demo.toml:6:10: inject[0].worker: found 1, but workers.count is 1 and workers count from 0");
    CHECK(begins(line_error("run.reload_at = [5, 100]"), "demo.toml:4:21: run.reload_at: found step 100, but"));
    CHECK(begins(line_error("run.reload_at = [5, 5]"), "demo.toml:4:21: run.reload_at: found step 5 after step 5"));
}

TEST_CASE("seeds are distinct integers from 0") {
    CHECK(begins(line_error("run.seeds = []"), "demo.toml:4:13: run.seeds: found an empty list"));
    CHECK(line_error("run.seeds = [3, 3]") == "demo.toml:4:17: run.seeds: seed 3 is listed twice");
    CHECK(begins(line_error("run.seeds = [-1]"), "demo.toml:4:14: run.seeds: found -1 in the list"));
    CHECK(begins(line_error("run.seeds = 1"), "demo.toml:4:13: run.seeds: found 1"));
    CHECK(line_error("run.seeds = [0, 9223372036854775807]") == "accepted");
    CHECK(begins(line_error("run.seeds = [9223372036854775808]"), "demo.toml:4:"));
}

TEST_CASE("parameter groups share no tensor") {
    const auto groups = [](const std::string& lines) {
        return error_of("title = \"t\"\nmodel.kind = \"quadratic\"\n[optimizer]\nkind = \"sgd\"\nlr = 1\n" + lines);
    };
    const std::string group = "[[optimizer.group]]\n";
    CHECK(groups(group + "tensors = [0]\n" + group + "tensors = [1]") == "accepted");
    CHECK(groups(group + "tensors = [0]\n" + group + "tensors = [2, 0]") ==
          "demo.toml:9:15: optimizer.group[1].tensors: tensor 0 is in two places; accepted: each tensor once");
    CHECK(groups(group + "tensors = []") == "demo.toml:7:11: optimizer.group[0].tensors: a group without tensors");
    CHECK(begins(groups(group + "tensors = [0]\nweight_decay = -1"),
                 "demo.toml:8:16: optimizer.group[0].weight_decay: found -1"));
    CHECK(begins(groups(group + "tensor = [0]"),
                 "demo.toml:7:1: optimizer.group[0]: unknown key \"tensor\"; did you mean "));
    CHECK(begins(groups("group = [1]"), "demo.toml:6:10: optimizer.group[0]: found 1; accepted: a table"));
    CHECK(begins(groups("lr_values = []"), "demo.toml:6:13: optimizer.lr_values: found an empty list"));
    CHECK(begins(groups("lr_values = [1, -1]"), "demo.toml:6:17: optimizer.lr_values: found -1 in the list"));
}
