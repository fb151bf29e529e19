// [boundary]: which axis is searched, for which verdict, and where.
#include "catch.hpp"
#include "message_of.hpp"
#include "swept.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const std::string two_axes = "[sweep]\noptimizer.lr = { log = [1e-3, 1], points = 4 }\nrun.steps = [10, 20, 30]\n";
const std::string on_lr = two_axes + "[boundary]\naxis = \"optimizer.lr\"\n";

BoundarySearch search_of(const std::string& more) {
    return swept(more).sweep->sweep().boundaries.at(0);
}

}  // namespace

TEST_CASE("a boundary on a swept axis takes the axis as it is") {
    const Scenario scenario = swept(on_lr);
    const BoundarySearch search = search_of(on_lr);
    CHECK(search.name == "boundary");
    CHECK(search.key == scenario.sweep->sweep().axes[0].keys[0]);
    CHECK(search.swept);
    CHECK(search.largest);
    CHECK(search.holds == "trains");
    CHECK(search.refine);
    CHECK_FALSE(search.whole);
    CHECK(search.resolution == 0.01);
    CHECK(search.seeds == std::vector<std::uint64_t>{1, 2});
    CHECK(search.theory.empty());
    // One search a run, a value of the other axis and a seed.
    const SweepPlan& plan = *scenario.sweep;
    CHECK(plan.axis_of(0) == 0);
    CHECK(plan.searches(0) == 3 * 3 * 2);
    CHECK(plan.search_point(0, 0) == SweepPoint{0, {0, 0}, 1});
    CHECK(plan.search_point(0, 3) == SweepPoint{0, {0, 1}, 2});
    CHECK(plan.search_point(0, 17) == SweepPoint{2, {0, 2}, 2});
}

TEST_CASE("a boundary says how it is searched") {
    const BoundarySearch search = search_of(
        on_lr +
        "name = \"edge\"\nfind = \"smallest\"\nholds = \"diverged\"\nresolution = 0.1\nseeds = [7]\ntheory = \"2/lr\"");
    CHECK(search.name == "edge");
    CHECK_FALSE(search.largest);
    CHECK(search.holds == "diverged");
    CHECK(search.resolution == 0.1);
    CHECK(search.seeds == std::vector<std::uint64_t>{7});
    CHECK(search.theory == "2/lr");
}

TEST_CASE("a list is searched among its values alone, a range between them as well") {
    CHECK_FALSE(search_of(two_axes + "[boundary]\naxis = \"run.steps\"").refine);
    const BoundarySearch whole =
        search_of("[sweep]\nrun.steps = { linear = [10, 100], points = 4 }\n[boundary]\naxis = \"run.steps\"");
    CHECK(whole.refine);
    CHECK(whole.whole);
    CHECK_FALSE(
        search_of("[sweep]\n\"precision.weight\" = \"e5m{2..10}\"\n[boundary]\naxis = \"precision.weight\"").refine);
}

TEST_CASE("a boundary may have a range of its own, of five points unless it says how many") {
    const std::string own = "[sweep]\nrun.steps = [10, 20]\n[boundary]\naxis = \"optimizer.lr\"\n";
    const Scenario scenario = swept(own + "log = [1e-4, 1]");
    const BoundarySearch search = scenario.sweep->sweep().boundaries.at(0);
    CHECK(texts_of(search.key) == Texts{"0.0001", "0.001", "0.01", "0.1", "1"});
    CHECK(search.key.scale == AxisScale::logarithmic);
    CHECK_FALSE(search.swept);
    CHECK(search.refine);
    CHECK(scenario.sweep->axis_of(0) == -1);
    CHECK(scenario.sweep->size() == 3 * 2 * 2);
    CHECK(scenario.sweep->searches(0) == 3 * 2 * 2);
    CHECK(texts_of(search_of(own + "linear = [1, 3]\npoints = 3").key) == Texts{"1", "2", "3"});
    CHECK(texts_of(search_of(own + "values = [1, 5]").key) == Texts{"1", "5"});
    CHECK_FALSE(search_of(own + "values = [1, 5]").refine);
    CHECK(texts_of(search_of("[boundary]\naxis = \"precision.weight\"\nvalues = \"e5m{2..4}\"").key) ==
          Texts{"e5m2", "e5m3", "e5m4"});
}

TEST_CASE("a boundary alone is a sweep of the runs as they are") {
    const Scenario scenario = swept("[boundary]\naxis = \"optimizer.momentum\"\nlinear = [0, 0.9]");
    CHECK(scenario.sweep->sweep().axes.empty());
    CHECK(scenario.sweep->size() == 3 * 2);
    CHECK(scenario.sweep->searches(0) == 2);  // only sgd knows momentum
    CHECK(scenario.sweep->search_point(0, 1) == SweepPoint{1, {}, 2});
}

TEST_CASE("a run of a search is the run at the point with the value that is asked for") {
    const Scenario scenario = swept(on_lr);
    const SweepPlan& plan = *scenario.sweep;
    const SweepPoint point = plan.search_point(0, 2);
    const auto at = [&](const SweepValue& value) { return plan.spec(point, 0, value); };
    CHECK(at({"0.25", 0.25}).optimizer.number("lr") == 0.25);
    CHECK(at({"0.25", 0.25}).steps == 20);
    CHECK(at(plan.sweep().boundaries[0].key.values[1]) == plan.spec({0, {1, 1}, 1}));
    const Scenario whole =
        swept("[sweep]\nrun.steps = { linear = [10, 100], points = 4 }\n[boundary]\naxis = \"run.steps\"");
    CHECK(whole.sweep->spec(whole.sweep->search_point(0, 0), 0, {"17", 17}).steps == 17);
    const Scenario named = swept("[boundary]\naxis = \"precision.weight\"\nvalues = \"e5m{2..4}\"");
    CHECK(named.sweep->spec({0, {}, 1}, 0, {"e5m3", 3}).precision[Role::weight]->format.name == "e5m3");
}

TEST_CASE("several boundaries have names, and expectations ask for each") {
    const std::string both =
        two_axes +
        "[[boundary]]\nname = \"lr\"\naxis = \"optimizer.lr\"\ntheory = \"1\"\n[[boundary]]\nname = "
        "\"steps\"\naxis = \"run.steps\"\n";
    CHECK(swept(both).sweep->sweep().boundaries.size() == 2);
    const auto expect = [&](const std::string& metric) {
        return both + "[[expect]]\nmetric = \"" + metric + "\"\nabove = 0";
    };
    for (const char* metric : {"lr", "lr_ratio", "lr_runs", "steps", "steps_runs"})
        CHECK(swept(expect(metric)).experiment.expectations.at(0).swept);
    CHECK(holds(swept_error(expect("steps_ratio")), "unknown metric \"steps_ratio\""));  // it has no theory
    CHECK(swept_error(both + "[[boundary]]\nname = \"lr\"\naxis = \"run.steps\"") ==
          "demo.toml:18:1: boundary[2].name: \"lr\" is the name of an earlier one");
}

TEST_CASE("a boundary that cannot be searched is refused at its place") {
    const std::string own = "[sweep]\nrun.steps = [10, 20]\n[boundary]\naxis = \"optimizer.lr\"\n";
    CHECK(swept_error("[boundary]\nlog = [1, 2]").find("demo.toml:8:1: boundary: missing \"axis\"") == 0);
    CHECK(swept_error("boundary = 3").find("demo.toml:8:12: boundary: found 3; accepted: a list of tables") == 0);
    CHECK(swept_error("boundary = [3]") == "demo.toml:8:13: boundary[0]: found 3; accepted: a table");
    CHECK(swept_error(own) ==
          "demo.toml:11:8: boundary: \"optimizer.lr\" is no axis of [sweep]; accepted: its range, as in log = [1e-4, "
          "1], points = 5");
    CHECK(swept_error(on_lr + "log = [1, 2]") ==
          "demo.toml:13:1: boundary: \"optimizer.lr\" is an axis of [sweep], which says its values");
    CHECK(
        holds(swept_error("[boundary]\naxis = \"optimizer.lrr\"\nlog = [1, 2]"),
              "demo.toml:9:8: boundary.axis: no run knows the key \"optimizer.lrr\"; did you mean \"optimizer.lr\"?"));
    CHECK(swept_error(on_lr + "holds = \"train\"")
              .find("demo.toml:13:9: boundary.holds: unknown verdict \"train\"; did you mean \"trains\"?") == 0);
    CHECK(swept_error(on_lr + "find = \"biggest\"").find("demo.toml:13:8: boundary.find: found \"biggest\"") == 0);
    CHECK(swept_error(on_lr + "resolution = 0").find("demo.toml:13:14: boundary.resolution: found 0") == 0);
    CHECK(swept_error(on_lr + "seeds = [1, 1]") == "demo.toml:13:9: boundary.seeds: seed 1 is listed twice");
    CHECK(swept_error(on_lr + "resolutoin = 1")
              .find("demo.toml:13:1: boundary: unknown key \"resolutoin\"; did you mean \"resolution\"?") == 0);
    CHECK(swept_error(own + "log = [2, 1]") ==
          "demo.toml:12:7: boundary: accepted: the lowest and the highest value, both above 0");
    CHECK(swept_error(own + "values = [2, 1]") ==
          "demo.toml:11:8: boundary.axis: the values of \"optimizer.lr\" do not ascend; accepted: an axis that does");
    CHECK(holds(swept_error(own + "values = 3"), "demo.toml:12:10: boundary: found 3; accepted: a list"));
    CHECK(holds(swept_error(own + "values = [1, 2]\nlog = [1, 2]"), "unknown key \"values\""));
    CHECK(swept_error("[sweep]\nrun.steps = [1, 2]\noptimizer.lr = [1, 2]\nzip = [[\"run.steps\", \"optimizer.lr\"]]\n"
                      "[boundary]\naxis = \"optimizer.lr\"") ==
          "demo.toml:13:8: boundary.axis: \"optimizer.lr\" moves together with other keys; accepted: an axis of its "
          "own");
}
