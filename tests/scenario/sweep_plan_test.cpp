// Every run of a sweep from its index alone.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "message_of.hpp"
#include "swept.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// Axes that some runs do not know, keys that move together, tables and texts, and seeds of its own.
const std::string busy = R"([sweep]
optimizer.lr = { log = [1e-3, 1], points = 3 }
optimizer.momentum = [0, 0.9]
optimizer.freeze_step = "{1..2}"
"precision.weight" = ["e5m2", { format = "fp16", overflow = "saturate" }]
model.data.samples = [4, 8]
workers.count = [1, 2]
zip = [["model.data.samples", "workers.count"]]
seeds = [5, 3, 4]
)";

RunSpec run_of(const Scenario& scenario, const std::string& name) {
    for (const RunSpec& run : scenario.experiment.runs)
        if (run.run == name) return run;
    FAIL("no run " << name);
    return {};
}

}  // namespace

TEST_CASE("point and index are each other's inverse over the whole plan, and no point comes twice") {
    const Scenario scenario = swept(busy);
    const SweepPlan& plan = *scenario.sweep;
    // base: lr, freeze_step, weight, zip; sgd: lr, momentum, weight, zip; bowl, whose model has no data, through
    // workers.count alone.
    REQUIRE(plan.size() == (3 * 2 * 2 * 2 + 3 * 2 * 2 * 2 + 3 * 2 * 2 * 2) * 3);
    std::vector<SweepPoint> seen;
    for (std::int64_t i = 0; i < plan.size(); ++i) {
        const SweepPoint point = plan.point(i);
        CHECK(plan.index(point) == i);
        CHECK(std::find(seen.begin(), seen.end(), point) == seen.end());
        seen.push_back(point);
    }
}

TEST_CASE("index order is the runs, then the axes with the first slowest, then the seeds") {
    const Scenario scenario = swept("[sweep]\noptimizer.lr = [1, 2]\nrun.steps = [3, 4, 5]\n");
    const SweepPlan& plan = *scenario.sweep;
    CHECK(plan.point(0) == SweepPoint{0, {0, 0}, 1});
    CHECK(plan.point(1) == SweepPoint{0, {0, 0}, 2});
    CHECK(plan.point(2) == SweepPoint{0, {0, 1}, 1});
    CHECK(plan.point(6) == SweepPoint{0, {1, 0}, 1});
    CHECK(plan.point(12) == SweepPoint{1, {0, 0}, 1});
    CHECK(plan.point(35) == SweepPoint{2, {1, 2}, 2});
}

TEST_CASE("the run at a point is what --set with the point's texts makes of the file") {
    const Scenario scenario = swept(busy);
    const SweepPlan& plan = *scenario.sweep;
    const std::vector<std::string> keys = key_names(plan.sweep());
    for (std::int64_t i = 0; i < plan.size(); ++i) {
        const SweepPoint point = plan.point(i);
        const std::string run = plan.sweep().runs[point.run];
        const std::vector<std::string> texts = texts_at(plan.sweep(), point);
        std::vector<std::string> set;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const bool unknown = run == "bowl" && keys[k] == "model.data.samples";
            if (!texts[k].empty() && !unknown) set.push_back(keys[k] + "=" + texts[k]);
        }
        // Momentum is sgd's alone; the base would refuse it.
        const bool is_sgd = run == "sgd";
        if (is_sgd) set.insert(set.begin(), "optimizer.kind=sgd");
        RunSpec expected = run_of(swept("", set), is_sgd ? "base" : run);
        expected.run = run;
        expected.trace_every = -1;  // nothing of the sweep reads traced tensors
        INFO(i << " " << to_json(expected).dump());
        CHECK(to_json(plan.spec(point)) == to_json(expected));
    }
}

TEST_CASE("tensors are traced where a metric of the sweep is made from them, and only there") {
    const std::string lr = "[sweep]\noptimizer.lr = [1]\n";
    const auto traces = [](const Scenario& scenario) {
        return scenario.sweep->spec(scenario.sweep->point(0)).trace_every != -1;
    };
    CHECK_FALSE(traces(swept(lr)));
    CHECK(traces(swept(lr + "metrics = [\"max_lost_updates\"]")));
    CHECK(traces(swept(lr + "[[sweep.verdict]]\nname = \"a\"\nmetric = \"max_lost_updates\"\nabove = 0.5")));
}

TEST_CASE("the steps of all runs count run.steps where that is an axis") {
    CHECK(swept("[sweep]\noptimizer.lr = [1, 2]").sweep->steps() == 3 * 2 * 2 * 10);
    CHECK(swept("[sweep]\nrun.steps = [3, 4, 8]").sweep->steps() == Approx(3 * 2 * (3 + 4 + 8)).epsilon(1e-15));
    CHECK(swept("[sweep]\noptimizer.momentum = [0, 0.5]").sweep->steps() == (1 + 2 + 1) * 2 * 10);
}

TEST_CASE("expectations name points by their axes, in full or short") {
    using At = std::vector<std::pair<std::string, std::string>>;
    const std::string lr =
        "[sweep]\noptimizer.lr = { log = [1e-3, 1], points = 4 }\nmodel.noisy = [true, false]\n"
        "runs = [\"bowl\", \"sgd\"]\n";
    const auto at = [&](const std::string& expectation) {
        return swept(lr + "[[expect]]\nrun = \"bowl\"\nmetric = \"diverged\"\nequals = 1\n" + expectation)
            .experiment.expectations.at(0);
    };
    CHECK(at("at = { lr = 1 }").at == At{{"optimizer.lr", "1"}});
    CHECK(at("at = { lr = 1.0 }").at == At{{"optimizer.lr", "1"}});
    CHECK(at("at = { \"optimizer.lr\" = 0.010, noisy = true }").at ==
          At{{"optimizer.lr", "0.01"}, {"model.noisy", "true"}});
    CHECK(at("at = { optimizer.lr = 1e-3 }").at == At{{"optimizer.lr", "0.001"}});
    CHECK(at("at = {}").at == At{});
    CHECK(at("at = {}").swept);
    CHECK_FALSE(at("").swept);

    const auto error = [&](const std::string& lines) {
        return swept_error(lr + "[[expect]]\nmetric = \"diverged\"\nequals = 1\n" + lines);
    };
    CHECK(error("run = \"bowl\"\nat = { lr = 2 }") ==
          "demo.toml:16:13: expect[0].at.lr: unknown value \"2\". Accepted: 0.001, 0.01, 0.1, 1");
    CHECK(error("run = \"bowl\"\nat = { lrr = 1 }").find("demo.toml:16:8: expect[0].at: unknown axis \"lrr\"") == 0);
    CHECK(error("run = \"bowl\"\nat = 1") ==
          "demo.toml:16:6: expect[0].at: found 1; accepted: a table of axes and values");
    // base, which it means by default, is not swept.
    CHECK(error("at = { lr = 1 }").find("demo.toml:12:1: expect[0].run: unknown run \"base\"") == 0);
    CHECK(swept_error("[[expect]]\nmetric = \"diverged\"\nequals = 1\nat = { lr = 1 }") ==
          "demo.toml:11:6: expect[0].at: the file has no [sweep]");
}

TEST_CASE("expectations may ask for a verdict's share, of the file's verdicts and those that are always there") {
    const std::string rules =
        "[sweep]\noptimizer.lr = [1]\n[[sweep.verdict]]\nname = \"fine\"\nmetric = \"final_loss\"\nbelow = 1\n";
    const auto expect = [&](const std::string& metric) {
        return rules + "[[expect]]\nmetric = \"" + metric + "\"\nabove = 0.5";
    };
    for (const char* verdict : {"fine", "trains", "stuck", "diverged", "scale_floor", "raised", "invalid"}) {
        const auto expectations = swept(expect("share(" + std::string(verdict) + ")")).experiment.expectations;
        CHECK(expectations.at(0).swept);
    }
    CHECK(
        holds(swept_error(expect("share(good)")), "demo.toml:15:10: expect[0].metric: unknown metric \"share(good)\""));
    // Without a [boundary] none can be asked for.
    CHECK(holds(swept_error(expect("boundary")), "demo.toml:15:10: expect[0].metric: unknown metric \"boundary\""));
}
