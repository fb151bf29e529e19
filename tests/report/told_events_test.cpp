#include "halfstep/report/told_events.hpp"

#include "catch.hpp"
#include "synthetic.hpp"

using namespace halfstep;

namespace {

Event event(const std::string& kind, std::int64_t step, const std::string& sentence, const std::string& tensor = "w1") {
    Event made;
    made.kind = kind;
    made.step = step;
    made.role = "gradient";
    made.tensor = tensor;
    made.sentence = sentence;
    return made;
}

Results results(const std::vector<std::string>& runs, const std::vector<std::uint64_t>& seeds) {
    Results made{synthetic::experiment(runs, seeds), {}, {}, {}};
    for (const RunId& id : asked_runs(made.experiment))
        made.summaries.push_back(synthetic::summary(id.run, id.seed, {}));
    return made;
}

}  // namespace

TEST_CASE("what happened alike with several seeds is told once") {
    Results made = results({"base", "adam"}, {1, 2, 3});
    made.summaries[0].events = {event("overflow", 5, "Step 5: a."), event("nan", 9, "Step 9: b.")};
    made.summaries[1].events = {event("overflow", 5, "Step 5: a.")};
    made.summaries[2].events = {event("overflow", 7, "Step 7: a.")};
    const auto told = tell_events(made);
    REQUIRE(told.size() == 2);
    CHECK(told[0].occurrences.size() == 3);
    CHECK(told[0].sentence() == "Step 5: a.");
    CHECK(told[0].other_seeds(3) == "With seed 1; the same with seed 2; likewise with seed 3 at step 7.");
    CHECK(told[1].other_seeds(3) == "Only with seed 1.");
}

TEST_CASE("the same with every seed, and an experiment of one seed") {
    Results made = results({"base"}, {1, 2});
    made.summaries[0].events = made.summaries[1].events = {event("nan", 3, "Step 3: it happened.")};
    CHECK(tell_events(made).at(0).other_seeds(2) == "The same with every seed.");
    CHECK(tell_events(made).at(0).other_seeds(1).empty());
}

TEST_CASE("events in another place or of another run stand for themselves, in the order of their steps") {
    Results made = results({"base", "adam"}, {1});
    made.summaries[0].events = {event("overflow", 8, "", "w2"), event("overflow", 4, "", "w1")};
    made.summaries[1].events = {event("overflow", 2, "", "w1")};
    const auto told = tell_events(made);
    REQUIRE(told.size() == 3);
    CHECK(told[0].event().tensor == "w1");
    CHECK(told[1].event().tensor == "w2");
    CHECK(told[2].variant == 1);
}

TEST_CASE("a sentence that lacks its step gets it") {
    const auto sentence = [](const Event& told) { return ToldEvent{0, {{1, told}}}.sentence(); };
    CHECK(sentence(event("nan", 12, "the first NaN")) == "Step 12: the first NaN");
    CHECK(sentence(event("nan", 1200, "at step 1,200 the first NaN")) == "at step 1,200 the first NaN");
    CHECK(sentence(event("nan", 12, "step 12, worker 0: a NaN")) == "Step 12, worker 0: a NaN");
    CHECK(sentence(event("nan", 12, "")) == "Step 12: nan");
}
