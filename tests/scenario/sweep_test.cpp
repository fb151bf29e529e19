// [sweep]: which runs, seeds, columns, verdicts and series; and what it refuses.
#include <limits>

#include "catch.hpp"
#include "message_of.hpp"
#include "swept.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const std::string lr = "[sweep]\noptimizer.lr = [1, 2]\n";

Sweep sweep_of(const std::string& more, const std::vector<std::string>& set = {}) {
    return swept(more, set).experiment.sweep.value();
}

}  // namespace

TEST_CASE("a file without a sweep has no plan") {
    CHECK_FALSE(swept("").sweep);
    CHECK_FALSE(swept("").experiment.sweep);
}

TEST_CASE("what a sweep leaves out is every run, the seeds of the run, and curves up to 2,000 runs") {
    const Sweep sweep = sweep_of(lr);
    CHECK(sweep.runs == Texts{"base", "sgd", "bowl"});
    CHECK(sweep.seeds == std::vector<std::uint64_t>{1, 2});
    CHECK(sweep.metrics.empty());
    CHECK(sweep.verdicts.empty());
    CHECK(sweep.curves);
    CHECK(sweep.kept_series.empty());
    CHECK(sweep.boundaries.empty());
    CHECK(sweep.theory.empty());
    CHECK(sweep.size == 3 * 2 * 2);
    CHECK(sweep_of("[sweep]\noptimizer.lr = { linear = [1, 2], points = 333 }").curves);
    CHECK_FALSE(sweep_of("[sweep]\noptimizer.lr = { linear = [1, 2], points = 334 }").curves);
    CHECK(sweep_of("[sweep]\noptimizer.lr = { linear = [1, 2], points = 334 }\ncurves = true").curves);
}

TEST_CASE("a sweep may say its runs, in its order, and its seeds") {
    const Sweep sweep = sweep_of(lr + "runs = [\"bowl\", \"base\"]\nseeds = [9, 3, 4]");
    CHECK(sweep.runs == Texts{"bowl", "base"});
    CHECK(sweep.seeds == std::vector<std::uint64_t>{9, 3, 4});
    CHECK(sweep.size == 2 * 2 * 3);
    CHECK(swept_error(lr + "runs = [\"bwl\"]") ==
          "demo.toml:10:8: sweep.runs: unknown run \"bwl\"; did you mean \"bowl\"? Accepted: base, sgd, bowl");
    CHECK(swept_error(lr + "runs = [\"sgd\", \"sgd\"]") == "demo.toml:10:8: sweep.runs: \"sgd\" is listed twice");
    CHECK(swept_error(lr + "seeds = [3, 4, 3]") == "demo.toml:10:9: sweep.seeds: seed 3 is listed twice");
    CHECK(swept_error(lr + "seeds = []") ==
          "demo.toml:10:9: sweep.seeds: found an empty list; accepted: at least one seed");
    CHECK(swept_error(lr + "seeds = [-1]").find("demo.toml:10:10: sweep.seeds: found -1") == 0);
    CHECK(swept_error(lr + "seeds = 3").find("demo.toml:10:9: sweep.seeds: found 3") == 0);
}

TEST_CASE("an axis collapses for a run that does not know its key") {
    const Scenario scenario = swept("[sweep]\noptimizer.lr = [1, 2]\noptimizer.momentum = [0, 0.5, 0.9]\n");
    const SweepPlan& plan = *scenario.sweep;
    // base and bowl are onebit_adam, which has no momentum.
    CHECK(plan.size() == (2 + 2 * 3 + 2) * 2);
    CHECK(plan.point(0) == SweepPoint{0, {0, -1}, 1});
    CHECK(plan.point(4) == SweepPoint{1, {0, 0}, 1});
    CHECK(plan.point(19) == SweepPoint{2, {1, -1}, 2});
    CHECK(texts_at(plan.sweep(), plan.point(3)) == Texts{"2", ""});
    CHECK(texts_at(plan.sweep(), plan.point(15)) == Texts{"2", "0.9"});
    CHECK(plan.spec(plan.point(3)).optimizer.number("lr") == 2);
    CHECK(plan.spec(plan.point(15)).optimizer.number("momentum") == 0.9);
}

TEST_CASE("a key that no run knows is refused with the nearest one") {
    const std::string accepted = " Accepted: keys of the swept runs, written as in \"optimizer.lr\"";
    CHECK(swept_error("[sweep]\noptimizer.lrr = [1, 2]") ==
          "demo.toml:9:17: sweep: no run knows the key \"optimizer.lrr\"; did you mean \"optimizer.lr\"?." + accepted);
    CHECK(swept_error("[sweep]\n\"model.data.sample\" = [1, 2]") ==
          "demo.toml:9:23: sweep: no run knows the key \"model.data.sample\"; did you mean \"model.data.samples\"?." +
              accepted);
    CHECK(swept_error("[sweep]\nmodel.zzzzzzzz = [1, 2]") ==
          "demo.toml:9:18: sweep: no run knows the key \"model.zzzzzzzz\"." + accepted);
    // Known to a run that is not swept.
    CHECK(holds(swept_error("[sweep]\nruns = [\"base\"]\noptimizer.momentum = [0.5]"),
                "demo.toml:10:22: sweep: no run knows the key \"optimizer.momentum\""));
    CHECK(swept_error("[sweep]\noptimzer.lr = [1]")
              .find("demo.toml:9:1: sweep: unknown key \"optimzer\"; did you mean \"optimizer\"?") == 0);
    CHECK(swept_error("[sweep]\nsedes = [1]")
              .find("demo.toml:9:1: sweep: unknown key \"sedes\"; did you mean \"seeds\"?") == 0);
    CHECK(holds(swept_error("[sweep]\ninject = [1]"), "sweep: no run knows the key \"inject\""));
    CHECK(holds(swept_error("[sweep]\nrun.seeds = [1]"), "no run knows the key \"run.seeds\""));
    CHECK(holds(swept_error("[sweep]\noptimizer = [1]"), "no run knows the key \"optimizer\""));
}

TEST_CASE("a sweep without an axis, or with one twice, is refused") {
    CHECK(swept_error("[sweep]\nseeds = [1]") ==
          "demo.toml:8:1: sweep: no axis; accepted: keys of the run, as in \"optimizer.lr\" = [1e-3, 1e-2]");
    CHECK(swept_error("[sweep]\n\"optimizer.lr\" = [1]\noptimizer.lr = [2]") ==
          "demo.toml:10:16: sweep: \"optimizer.lr\" is written twice");
    CHECK(swept_error("sweep = [1]") == "demo.toml:8:9: sweep: found a list of one value; accepted: a table");
}

TEST_CASE("zipped axes move together and are one axis where the first stood") {
    const std::string axes = "[sweep]\nrun.steps = [10, 20]\noptimizer.lr = [1, 2, 3]\nworkers.count = [1, 2, 4]\n";
    const Scenario scenario = swept(axes + "zip = [[\"workers.count\", \"optimizer.lr\"]]");
    const SweepPlan& plan = *scenario.sweep;
    REQUIRE(plan.sweep().axes.size() == 2);
    CHECK(key_names(plan.sweep()) == Texts{"run.steps", "workers.count", "optimizer.lr"});
    CHECK(plan.size() == 3 * 2 * 3 * 2);
    CHECK(texts_at(plan.sweep(), plan.point(5)) == Texts{"10", "4", "3"});
    const RunSpec spec = plan.spec(plan.point(9));
    CHECK(spec.steps == 20);
    CHECK(spec.workers == 2);
    CHECK(spec.optimizer.number("lr") == 2);

    const std::string accepted =
        "; accepted: lists of keys that move together, as in [[\"optimizer.lr\", \"run.steps\"]]";
    CHECK(swept_error(axes + "zip = 3") == "demo.toml:12:7: sweep.zip: found 3" + accepted);
    CHECK(swept_error(axes + "zip = [\"run.steps\"]") == "demo.toml:12:8: sweep.zip: found \"run.steps\"" + accepted);
    CHECK(swept_error(axes + "zip = [[\"run.steps\"]]") ==
          "demo.toml:12:8: sweep.zip: found a list of one value" + accepted);
    CHECK(swept_error(axes + "zip = [[\"run.steps\", 3]]") == "demo.toml:12:22: sweep.zip: found 3" + accepted);
    CHECK(swept_error(axes + "zip = [[\"run.steps\", \"optimizer.lr\"]]") ==
          "demo.toml:12:22: sweep.zip: \"optimizer.lr\" has 3 values, \"run.steps\" has 2; accepted: as many");
    CHECK(swept_error(axes + "zip = [[\"run.steps\", \"run.stepz\"]]")
              .find("demo.toml:12:22: sweep.zip: unknown axis \"run.stepz\"; did you mean \"run.steps\"?") == 0);
    CHECK(swept_error(axes + "zip = [[\"run.steps\", \"run.steps\"]]") ==
          "demo.toml:12:22: sweep.zip: \"run.steps\" is there twice");
    CHECK(swept_error(axes + "zip = [[\"optimizer.lr\", \"workers.count\"], [\"workers.count\", \"optimizer.lr\"]]") ==
          "demo.toml:12:61: sweep.zip: \"optimizer.lr\" is there twice");
}

TEST_CASE("metrics are columns once, those of expectations about points as well") {
    const Sweep sweep =
        sweep_of(lr +
                 "metrics = [\"max_loss\", \"final_loss\", \"max_loss\"]\n[[expect]]\nat = { lr = 1 }\nmetric = "
                 "\"initial_loss\"\nabove = 0\n[[expect]]\nmetric = \"min_loss\"\nabove = 0");
    CHECK(sweep.metrics == Texts{"max_loss", "initial_loss"});
    CHECK(swept_error(lr + "metrics = [\"max_los\"]")
              .find("demo.toml:10:11: sweep.metrics: unknown metric \"max_los\"; did you mean \"max_loss\"?") == 0);
    CHECK(swept_error(lr + "metrics = 3").find("demo.toml:10:11: sweep.metrics: found 3") == 0);
}

TEST_CASE("verdicts of the file are ranges of metrics with names") {
    const Sweep sweep = sweep_of(lr +
                                 "[[sweep.verdict]]\nname = \"fine\"\nmetric = \"final_loss\"\nbelow = 0.5\nat_least = "
                                 "0\n[[sweep.verdict]]\nname = \"odd_1-a\"\nmetric = \"max_loss\"\nequals = 1\n");
    REQUIRE(sweep.verdicts.size() == 2);
    CHECK(sweep.verdicts[0] == VerdictRule{"fine", {"final_loss", {}, 0.5, {}, {}, 0.0}});
    CHECK(sweep.verdicts[0].when.describe() == "final_loss at least 0 and below 0.5");
    CHECK(sweep.verdicts[1] == VerdictRule{"odd_1-a", {"max_loss", 1.0, {}, {}, {}, {}}});

    const std::string rule = lr + "[[sweep.verdict]]\n";
    CHECK(swept_error(rule + "name = \"two words\"\nmetric = \"final_loss\"\nbelow = 1") ==
          "demo.toml:11:8: sweep.verdict[0].name: found \"two words\"; accepted: a word of letters, digits, \"_\" and "
          "\"-\"");
    CHECK(swept_error(rule + "name = \"\"\nmetric = \"final_loss\"\nbelow = 1").find("demo.toml:11:8: ") == 0);
    CHECK(swept_error(rule + "name = \"a\"\nmetric = \"final_los\"\nbelow = 1")
              .find("demo.toml:12:10: sweep.verdict[0].metric: unknown metric \"final_los\"; did you mean "
                    "\"final_loss\"?") == 0);
    CHECK(swept_error(rule + "name = \"a\"\nmetric = \"final_loss\"") ==
          "demo.toml:10:1: sweep.verdict[0]: nothing to compare with; accepted: one or more of equals, below, above, "
          "at_most, at_least");
    CHECK(swept_error(rule + "metric = \"final_loss\"\nbelow = 1") ==
          "demo.toml:10:1: sweep.verdict[0]: missing \"name\"; accepted: a text (one word)");
    CHECK(swept_error(rule + "name = \"a\"\nmetric = \"final_loss\"\nbelow = \"x\"")
              .find("demo.toml:13:9: sweep.verdict[0].below: found \"x\"") == 0);
    CHECK(swept_error(rule + "name = \"a\"\nmetric = \"final_loss\"\nbelow = inf")
              .find("demo.toml:13:9: sweep.verdict[0].below: found inf") == 0);
    CHECK(swept_error(lr + "verdict = 3").find("demo.toml:10:11: sweep.verdict: found 3; accepted: a list") == 0);
}

TEST_CASE("a range of a metric contains what meets every comparison, and never a NaN") {
    const MetricRange range{"m", {}, 2.0, {}, {}, 1.0};
    CHECK(range.contains(1));
    CHECK_FALSE(range.contains(2));
    CHECK_FALSE(range.contains(0.5));
    CHECK_FALSE(range.contains(std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(MetricRange{}.contains(std::numeric_limits<double>::quiet_NaN()));
    CHECK(MetricRange{"m", 3.0, {}, 2.0, 3.0, {}}.contains(3));
    CHECK(MetricRange{"m", 3.0, {}, 2.0, 3.0, {}}.describe() == "m = 3 and above 2 and at most 3");
}

TEST_CASE("series are kept for no run, all of them, or points that are named") {
    using Kept = std::vector<std::vector<std::pair<std::string, std::string>>>;
    CHECK(sweep_of(lr + "series = \"none\"").kept_series == Kept{});
    CHECK(sweep_of(lr + "series = \"all\"").kept_series == Kept{{}});
    CHECK(sweep_of(
              lr +
              "run.steps = [3, 4]\nseries = [{ \"optimizer.lr\" = 1 }, { lr = 2.0, steps = 4 }, { optimizer.lr = 2 }]")
              .kept_series ==
          Kept{{{"optimizer.lr", "1"}}, {{"optimizer.lr", "2"}, {"run.steps", "4"}}, {{"optimizer.lr", "2"}}});
    CHECK(swept_error(lr + "series = \"some\"") ==
          "demo.toml:10:10: sweep.series: found \"some\"; accepted: \"none\", \"all\", a list of points as in [{ "
          "\"optimizer.lr\" = 0.1 }]");
    CHECK(swept_error(lr + "series = [1]") == "demo.toml:10:11: sweep.series[0]: found 1; accepted: a table");
    CHECK(swept_error(lr + "series = [{ lr = 3 }]") ==
          "demo.toml:10:18: sweep.series.lr: unknown value \"3\". Accepted: 1, 2");
    CHECK(swept_error(lr + "series = [{ lr = 1, \"optimizer.lr\" = 2 }]") ==
          "demo.toml:10:21: sweep.series: \"optimizer.lr\" is named twice");
    CHECK(swept_error(lr + "series = [{ rate = 1 }]") ==
          "demo.toml:10:13: sweep.series: unknown axis \"rate\". Accepted: optimizer.lr");
}

TEST_CASE("a short key is as long as it has to be") {
    const Texts keys = {"optimizer.lr", "model.data.samples", "model.samples", "lr2"};
    CHECK(short_key("optimizer.lr", keys) == "lr");
    CHECK(short_key("model.data.samples", keys) == "data_samples");
    CHECK(short_key("model.samples", keys) == "model_samples");
    CHECK(short_key("lr2", keys) == "lr2");
}

TEST_CASE("more runs than the limit are refused with their sizes") {
    CHECK(swept_error(lr + "limit = 11") ==
          "demo.toml:8:1: sweep: 12 runs (3 variants x 2 of optimizer.lr x 2 seeds); accepted: at most 11, or a larger "
          "sweep.limit if all of them are meant");
    CHECK(sweep_of(lr + "limit = 12").size == 12);
    const std::string many = "[sweep]\noptimizer.lr = { linear = [1, 2], points = 50000 }\nruns = [\"base\"]\nseeds = ";
    CHECK(sweep_of(many + "[1, 2]").size == 100'000);
    CHECK(swept_error(many + "[1, 2, 3]") ==
          "demo.toml:8:1: sweep: 150000 runs (1 variant x 50000 of optimizer.lr x 3 seeds); accepted: at most 100000, "
          "or a larger sweep.limit if all of them are meant");
    CHECK(sweep_of(many + "[1, 2, 3]\nlimit = 200_000").size == 150'000);
    CHECK(swept_error(lr + "limit = 0").find("demo.toml:10:9: sweep.limit: found 0") == 0);
    CHECK(swept_error(lr + "limit = 100000001").find("demo.toml:10:9: sweep.limit: found 100000001") == 0);
}

TEST_CASE("so many runs that no integer counts them are refused as well") {
    std::string text = "[sweep]\nruns = [\"base\"]\nseeds = [1]\nlimit = 100000000\n";
    for (const char* key : {"optimizer.freeze_step", "run.steps", "workers.batch", "run.record_every"})
        text += std::string(key) + " = \"{1..65536}\"\n";  // 2^64 of them
    CHECK(holds(swept_error(text), "demo.toml:8:1: sweep: at least 1000000000000000 runs (1 variant x 65536 of "));
}
