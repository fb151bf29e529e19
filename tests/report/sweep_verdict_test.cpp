// Expectations about a sweep's points, shares and boundaries, against tables that are made up.
#include "halfstep/report/sweep_verdict.hpp"

#include <cmath>

#include "catch.hpp"
#include "made_up_sweep.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

// base's final_loss is a tenth of the index, 0 to 17; adam's that of 18 to 35. Every fifth diverged.
Experiment experiment_with(std::vector<Expectation> expectations) {
    Experiment experiment = synthetic::sweep_experiment();
    experiment.expectations = std::move(expectations);
    BoundarySearch search;
    search.name = "edge";
    search.key = experiment.sweep->axes[0].keys[0];
    search.seeds = {3, 4};
    search.holds = "trains";
    search.theory = "2";
    experiment.sweep->boundaries = {search};
    return experiment;
}

Expectation swept(const std::string& run, const std::string& metric) {
    Expectation expectation;
    expectation.run = run;
    expectation.metric = metric;
    expectation.swept = true;
    return expectation;
}

Verdict judged(const Expectation& expectation, bool complete = true) {
    TemporaryFolder folder;
    const Experiment experiment = experiment_with({expectation});
    SweepStore store(folder.path(), experiment, {}, false);
    for (std::int64_t index = 0; index < experiment.sweep->size - !complete; ++index)
        store.journal().add(synthetic::sweep_entry(index));
    store.finish({{"edge", "base", 3, {"", "plain"}, 1, 1.5, 7, true, NAN, 2},
                  {"edge", "base", 4, {"", "plain"}, 3, 3.5, 8, true, NAN, 2}},
                 true);
    const std::vector<Verdict> verdicts = judge_sweep(experiment, folder.path());
    REQUIRE(verdicts.size() == 1);
    return verdicts[0];
}

}  // namespace

TEST_CASE("an expectation holds when it holds at every point it names, and shows the first") {
    Expectation expectation = swept("base", "final_loss");
    expectation.at = {{"optimizer.lr", "0.1"}};
    expectation.below = Bound{0.6, "", "", 1};
    const Verdict verdict = judged(expectation);
    CHECK(verdict.outcome == Outcome::held);
    CHECK(verdict.measured == 0);
    CHECK(verdict.seed == 3);
    CHECK(
        verdict.sentence ==
        "base at optimizer.lr = 0.1: final_loss = 0 at lr = 0.1, form = plain, seed 3, the first of 6 points, expected "
        "below 0.6");
}

TEST_CASE("an expectation that fails anywhere shows the first point that does, and how many do") {
    Expectation expectation = swept("base", "final_loss");
    expectation.below = Bound{1, "", "", 1};
    const Verdict verdict = judged(expectation);
    CHECK(verdict.outcome == Outcome::failed);
    CHECK(verdict.measured == 1);
    CHECK(verdict.sentence ==
          "base: final_loss = 1 at lr = 1, form = { x = [1, 2] }, seed 3, one of 8 of 18 points that fail, expected "
          "below 1");
    expectation.seeds = {4};  // the first of these is run 11
    CHECK(judged(expectation).measured == 0.1 * 11);
    CHECK(holds(judged(expectation).sentence, ", seed 4, one of 4 of 9 points that fail, "));
    expectation.at = {{"optimizer.lr", "0.1"}, {"model.form", "a, \"quoted\" one"}};
    CHECK(judged(expectation).outcome == Outcome::held);
    CHECK(judged(expectation).measured == 0.1 * 3);
}

TEST_CASE("an expectation may compare with another run at the same point and seed") {
    Expectation expectation = swept("adam", "final_loss");
    expectation.above = Bound{0, "base", "final_loss", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
    expectation.above = Bound{0, "base", "final_loss", 10};  // 2 is not above 10 x 0.2
    CHECK(judged(expectation).outcome == Outcome::failed);
    CHECK(judged(expectation).measured == 2);
    expectation.above = Bound{0, "base", "first_bad_step", 1};  // which no run has
    CHECK(judged(expectation).outcome == Outcome::failed);
}

TEST_CASE("a share is of all runs at the points that are named") {
    Expectation expectation = swept("base", "share(diverged)");
    expectation.equals = Bound{4.0 / 18, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
    expectation.at = {{"optimizer.lr", "10"}};
    expectation.equals = Bound{1.0 / 6, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
    expectation.metric = "share(raised)";
    expectation.equals = Bound{0, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
}

TEST_CASE("a boundary, its runs and its part of the theory are metrics") {
    Expectation expectation = swept("base", "edge");
    expectation.at_least = Bound{1, "", "", 1};
    expectation.at_most = Bound{3, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
    expectation.at_most = Bound{2, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::failed);
    CHECK(judged(expectation).measured == 3);
    expectation.seeds = {3};
    CHECK(judged(expectation).outcome == Outcome::held);
    expectation = swept("base", "edge_ratio");
    expectation.equals = Bound{0.5, "", "", 1};
    CHECK(judged(expectation).measured == 1.5);
    expectation = swept("base", "edge_runs");
    expectation.at_most = Bound{8, "", "", 1};
    CHECK(judged(expectation).outcome == Outcome::held);
    CHECK(judged(swept("adam", "edge")).outcome == Outcome::not_judged);
}

TEST_CASE("a sweep that is not finished is not judged") {
    Expectation expectation = swept("base", "final_loss");
    expectation.below = Bound{1, "", "", 1};
    const Verdict verdict = judged(expectation, false);
    CHECK(verdict.outcome == Outcome::not_judged);
    CHECK(verdict.sentence == "base: final_loss, expected below 1; not judged, because the sweep is not finished");
}
