// run.watch: formulas by name, and expectations about them. Whether they mean anything is found out
// when a run is built.
#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string watch_error(const std::string& list, const std::string& more = {}) {
    return error_of(minimal_text("run.watch = " + list + "\n" + more));
}

std::string about(const std::string& metric) {
    return "[[expect]]\nmetric = \"" + metric + "\"\nbelow = 1\n";
}

}  // namespace

TEST_CASE("a watched formula is called what it is, and gives four metrics an expectation may name") {
    const std::string text = minimal_text(
        "run.watch = ['x[0]', 'norm(m)']\n"
        "[[variant]]\nname = 'other'\nrun.watch = ['y']\n"
        "[[expect]]\nmetric = 'last_change(x[0])'\nbelow = 5\n"
        "[[expect]]\nrun = 'other'\nmetric = 'max(y)'\nabove = { run = 'base', metric = 'min(norm(m))' }\n");
    const Experiment e = parse_scenario(text, "t.toml", sample_catalogue());
    CHECK(e.runs[0].watches == std::vector<Watch>{{"x[0]", "x[0]"}, {"norm(m)", "norm(m)"}});
    CHECK(e.runs[1].watches == std::vector<Watch>{{"y", "y"}});
    CHECK(e.expectations[0].metric == "last_change(x[0])");
    CHECK(e.expectations[1].above == Bound{0, "base", "min(norm(m))", 1});
    for (const char* metric : {"x[0]", "min(x[0])", "max(norm(m))", "last_change(norm(m))", "final_loss"})
        CHECK(has_metric(e.runs[0], metric));
    for (const char* metric : {"y", "x", "min(y)", "sum(x[0])"}) CHECK_FALSE(has_metric(e.runs[0], metric));
    CHECK(metrics_of(e.runs[0]).size() == metric_docs().size() + 8);
}

TEST_CASE("an expectation about what its run does not watch is refused with the nearest name") {
    const std::string variant = "[[variant]]\nname = 'v'\nrun.watch = ['z']\n";
    CHECK(watch_error("['x[0]']", about("x[0]")) == "accepted");
    CHECK(watch_error("['x[0]']", about("x[1]"))
              .find("demo.toml:6:10: expect[0].metric: unknown metric \"x[1]\"; did "
                    "you mean \"x[0]\"? Accepted: initial_loss, ") == 0);
    CHECK(watch_error("['x[0]']", variant + about("x[0]") + "run = 'v'\n").find("unknown metric \"x[0]\"") !=
          std::string::npos);
    CHECK(watch_error("['x[0]']", variant + about("x[0]") + "above = { run = 'v' }\n").find("unknown metric") !=
          std::string::npos);
}

TEST_CASE("a watch that cannot be a formula's name is refused at its place") {
    CHECK(watch_error("'x'") == "demo.toml:4:13: run.watch: found \"x\"; accepted: a list of texts");
    CHECK(watch_error("['x', 1]").find("demo.toml:4:19: run.watch: found 1 in the list; accepted: a list of texts") ==
          0);
    CHECK(watch_error("['x', ' ']") == "demo.toml:4:19: run.watch[1]: found an empty text; accepted: a formula");
    CHECK(watch_error("[\"a +\\n b\"]") ==
          "demo.toml:4:14: run.watch[0]: found \"a +\\x0a b\"; accepted: a formula on one line");
    CHECK(watch_error("['x', 'y', 'x']") ==
          "demo.toml:4:24: run.watch[2]: found \"x\"; there is a series or metric \"x\" already");
    CHECK(watch_error("['x', 'max(x)']").find("run.watch[1]: found \"max(x)\"; there is a series or metric") !=
          std::string::npos);
    for (const char* own : {"loss", "final_loss", "eval_loss"})
        CHECK(watch_error("['" + std::string(own) + "']").find("already") != std::string::npos);
    CHECK(watch_error("['" + std::string(1001, 'x') + "']").find("found 1001 bytes; accepted: at most 1000") !=
          std::string::npos);
    std::string many = "[";
    for (int i = 0; i < 101; ++i) many += "'x" + std::to_string(i) + "',";
    CHECK(watch_error(many + "]").find("run.watch[100]: accepted: at most 100 formulas") != std::string::npos);
}
