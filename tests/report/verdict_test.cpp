#include "halfstep/report/verdict.hpp"

#include <limits>

#include "catch.hpp"
#include "synthetic.hpp"

using namespace halfstep;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Bound constant(double value) {
    return {value, "", "", 1};
}
Bound metric_of(const std::string& run, const std::string& metric, double factor = 1) {
    return {0, run, metric, factor};
}

Expectation expect(const std::string& metric, std::optional<Bound> Expectation::*comparison, Bound bound) {
    Expectation expectation;
    expectation.run = "base";
    expectation.metric = metric;
    expectation.*comparison = std::move(bound);
    return expectation;
}

// The verdict on base, seed 1, whose final_loss is `measured`; adam's is 0.5.
Verdict verdict_on(double measured, Expectation expectation) {
    Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    experiment.expectations = {std::move(expectation)};
    const auto verdicts = judge(experiment, {synthetic::summary("base", 1, {{"final_loss", measured}}),
                                             synthetic::summary("adam", 1, {{"final_loss", 0.5}})});
    REQUIRE(verdicts.size() == 1);
    return verdicts[0];
}

Outcome outcome_of(double measured, std::optional<Bound> Expectation::*comparison, double bound) {
    return verdict_on(measured, expect("final_loss", comparison, constant(bound))).outcome;
}

}  // namespace

TEST_CASE("below and above are strict, at_most and at_least are not") {
    CHECK(outcome_of(1, &Expectation::below, 1) == Outcome::failed);
    CHECK(outcome_of(1, &Expectation::above, 1) == Outcome::failed);
    CHECK(outcome_of(1, &Expectation::at_most, 1) == Outcome::held);
    CHECK(outcome_of(1, &Expectation::at_least, 1) == Outcome::held);
    CHECK(outcome_of(0.9, &Expectation::below, 1) == Outcome::held);
    CHECK(outcome_of(infinity, &Expectation::above, 1) == Outcome::held);
}

TEST_CASE("equals compares bits") {
    CHECK(outcome_of(0.1 + 0.2, &Expectation::equals, 0.3) == Outcome::failed);
    CHECK(outcome_of(0.3, &Expectation::equals, 0.3) == Outcome::held);
    CHECK(outcome_of(-0.0, &Expectation::equals, 0.0) == Outcome::failed);
}

TEST_CASE("every comparison with NaN is false") {
    for (const auto comparison : {&Expectation::equals, &Expectation::below, &Expectation::above, &Expectation::at_most,
                                  &Expectation::at_least})
        CHECK(outcome_of(not_a_number, comparison, 1) == Outcome::failed);
    CHECK(outcome_of(not_a_number, &Expectation::equals, not_a_number) == Outcome::failed);
}

TEST_CASE("a verdict is a plain sentence") {
    CHECK(verdict_on(0.012, expect("final_loss", &Expectation::below, constant(0.1))).sentence ==
          "base, seed 1: final_loss = 0.012, expected below 0.1");
}

TEST_CASE("numbers that differ do not look the same") {
    CHECK(verdict_on(0.1 + 0.2, expect("final_loss", &Expectation::equals, constant(0.3))).sentence ==
          "base, seed 1: final_loss = 0.30000000000000004, expected exactly 0.3");
}

TEST_CASE("a range is two comparisons that both have to hold") {
    Expectation range = expect("final_loss", &Expectation::at_least, constant(1));
    range.below = constant(2);
    CHECK(verdict_on(1, range).expected == "at least 1 and below 2");
    CHECK(verdict_on(1, range).outcome == Outcome::held);
    CHECK(verdict_on(2, range).outcome == Outcome::failed);
    CHECK(verdict_on(0, range).outcome == Outcome::failed);
}

TEST_CASE("a bound may be a multiple of another run's metric at the same seed") {
    const Verdict verdict =
        verdict_on(0.75, expect("final_loss", &Expectation::below, metric_of("adam", "final_loss", 2)));
    CHECK(verdict.outcome == Outcome::held);
    CHECK(verdict.expected == "below 1 (2 × adam's final_loss)");
}

TEST_CASE("each seed is judged by itself, and only the seeds an expectation lists") {
    Experiment experiment = synthetic::experiment({"base"}, {1, 2, 3});
    experiment.expectations = {expect("final_loss", &Expectation::below, constant(1)),
                               expect("final_loss", &Expectation::above, constant(1))};
    experiment.expectations[1].seeds = {3, 7};
    const auto verdicts = judge(experiment, {synthetic::summary("base", 1, {{"final_loss", 0.5}}),
                                             synthetic::summary("base", 2, {{"final_loss", 2}}),
                                             synthetic::summary("base", 3, {{"final_loss", 3}})});
    REQUIRE(verdicts.size() == 4);
    CHECK(verdicts[0].outcome == Outcome::held);
    CHECK(verdicts[1].outcome == Outcome::failed);
    CHECK(verdicts[3].seed == 3);
    CHECK(verdicts[3].expectation == 1);
    CHECK(describe(count(verdicts)) == "2 of 4 checks held, 2 failed");
}

TEST_CASE("what is missing is not judged, and counts as failed unless the run was interrupted") {
    Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    experiment.expectations = {expect("final_loss", &Expectation::below, constant(1)),
                               expect("final_loss", &Expectation::below, metric_of("adam", "final_loss")),
                               expect("typo", &Expectation::below, constant(1))};
    const auto verdicts = judge(experiment, {synthetic::summary("base", 1, {{"final_loss", 0.5}})});
    REQUIRE(verdicts.size() == 3);
    CHECK(verdicts[0].outcome == Outcome::held);
    CHECK(verdicts[1].outcome == Outcome::not_judged);
    CHECK(verdicts[1].sentence ==
          "base, seed 1: final_loss = 0.5, expected below adam's final_loss; not judged, because the run adam is not "
          "finished");
    CHECK(verdicts[2].sentence == "base, seed 1: typo, expected below 1; not judged, because base has no metric typo");
    CHECK_FALSE(all_held(verdicts, false));
    CHECK(all_held(verdicts, true));
}

TEST_CASE("with nothing expected everything held") {
    const auto verdicts = judge(synthetic::experiment({"base"}, {1}), {});
    CHECK(all_held(verdicts, false));
    CHECK(describe(count(verdicts)) == "nothing was expected");
}
