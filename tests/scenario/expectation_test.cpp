#include <limits>

#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string expect_error(const std::string& lines) {
    return error_of(minimal_text("[[expect]]\n" + lines));
}

Expectation expectation(const std::string& lines) {
    return parse_scenario(minimal_text("[[expect]]\n" + lines), "t.toml", sample_catalogue()).expectations.at(0);
}

}  // namespace

TEST_CASE("an expectation compares a metric with constants or with another run") {
    const Experiment experiment = parse_scenario(sample_text(), "demo.toml", sample_catalogue());
    REQUIRE(experiment.expectations.size() == 3);
    const Expectation& first = experiment.expectations[0];
    CHECK(first.run == "base");
    CHECK(first.metric == "min_loss_scale");
    CHECK(first.equals == Bound{1.0, "", "", 1});
    CHECK_FALSE(first.below);
    CHECK(first.line == 68);
    const Expectation& second = experiment.expectations[1];
    CHECK(second.below == Bound{0, "base", "final_loss", 0.5});
    CHECK(second.above == Bound{0, "xor-2", "initial_loss", 1});
    CHECK(second.seeds == std::vector<std::uint64_t>{2});
    CHECK(second.because == "it does");
    const Expectation& third = experiment.expectations[2];
    CHECK(third.at_least == Bound{0, "", "", 1});
    CHECK(third.at_most == Bound{std::numeric_limits<double>::infinity(), "", "", 1});
}

TEST_CASE("the ends of between may be other metrics") {
    const Expectation e =
        expectation("metric = \"final_loss\"\nbetween = [0, { run = \"base\", metric = \"initial_loss\" }]");
    CHECK(e.at_most == Bound{0, "base", "initial_loss", 1});
}

TEST_CASE("an expectation that cannot mean anything is refused") {
    const std::string metric = "metric = \"final_loss\"\n";
    CHECK(expect_error(metric).find("demo.toml:4:1: expect[0]: nothing to compare with") == 0);
    CHECK(expect_error("below = 1").find("demo.toml:4:1: expect[0]: missing \"metric\"") == 0);
    CHECK(expect_error("metric = \"fnal_loss\"\nbelow = 1")
              .find("demo.toml:5:10: expect[0].metric: unknown metric \"fnal_loss\"; did you mean \"final_loss\"?") ==
          0);
    CHECK(expect_error(metric + "run = \"bse\"\nbelow = 1") ==
          "demo.toml:6:7: expect[0].run: unknown run \"bse\"; did you mean \"base\"? Accepted: base");
    CHECK(expect_error(metric + "below = { run = \"x\" }").find("demo.toml:6:17: expect[0].below.run: unknown run") ==
          0);
    CHECK(expect_error(metric + "below = { rum = \"x\" }").find("did you mean \"run\"?") != std::string::npos);
    CHECK(expect_error(metric + "below = nan").find("demo.toml:6:9: expect[0].below: found nan") == 0);
    CHECK(expect_error(metric + "below = \"1\"").find("demo.toml:6:9: expect[0].below: found \"1\"") == 0);
    CHECK(expect_error(metric + "below = { run = \"base\" }").find("compares a metric with itself") !=
          std::string::npos);
    CHECK(expect_error(metric + "below = { run = \"base\", metric = \"last_loss\", times = inf }")
              .find("expect[0].below.times: found inf") != std::string::npos);
    CHECK(
        expect_error(metric + "between = [1]").find("demo.toml:6:11: expect[0].between: found a list of one value;") ==
        0);
    CHECK(
        expect_error(metric + "between = [0, 1]\nat_most = 1").find("demo.toml:6:1: expect[0].between: is at_least") ==
        0);
    CHECK(expect_error(metric + "belwo = 1").find("did you mean \"below\"?") != std::string::npos);
}

TEST_CASE("constant bounds that no number meets are refused") {
    const std::string metric = "metric = \"final_loss\"\n";
    for (const char* impossible : {"above = 1\nbelow = 1", "between = [2, 1]", "equals = 1\nabove = 1",
                                   "at_least = 1\nbelow = 1", "equals = 3\nat_most = 2", "above = inf"}) {
        INFO(impossible);
        CHECK(expect_error(metric + impossible) ==
              "demo.toml:4:1: expect[0]: no number meets all of these comparisons");
    }
    for (const char* possible : {"above = 1\nbelow = 1.5", "between = [1, 1]", "equals = 1\nat_most = 1",
                                 "equals = inf", "above = 2\nat_most = 3\nabove = 2"}) {
        INFO(possible);
        CHECK(expect_error(metric + possible).find("no number meets") == std::string::npos);
    }
}

TEST_CASE("an expectation speaks about seeds that are run") {
    const std::string lines = "metric = \"final_loss\"\nbelow = 1\nseeds = ";
    CHECK(expect_error(lines + "[1]") == "accepted");
    CHECK(expect_error(lines + "[]").find("demo.toml:7:9: expect[0].seeds: found an empty list") == 0);
    CHECK(expect_error(lines + "[1, 2]").find("demo.toml:7:13: expect[0].seeds: seed 2 is not run") == 0);
    CHECK(expect_error(lines + "[1, 1]").find("demo.toml:7:13: expect[0].seeds: seed 1 is listed twice") == 0);
}
