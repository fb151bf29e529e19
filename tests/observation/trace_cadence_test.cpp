#include "run/trace_cadence.hpp"

#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

using Steps = std::vector<std::int64_t>;

TEST_CASE("every trace_every-th step is traced, and the first and the last") {
    const RunSpec spec = quadratic_run("sgd", 0.1, 20);
    CHECK(traced_run(spec, 7).traced == Steps{0, 7, 14, 19});
    CHECK(traced_run(spec, 19).traced == Steps{0, 19});
    CHECK(traced_run(spec, 1000).traced == Steps{0, 19});
    CHECK(traced_run(quadratic_run("sgd", 0.1, 1), 5).traced == Steps{0});
}

TEST_CASE("a run that is told to trace nothing traces nothing") {
    CHECK(traced_run(busy_run(), -1).traced.empty());
}

TEST_CASE("a step that is traced but not recorded brings no series") {
    RunSpec spec = quadratic_run("adam", 0.1, 10);
    spec.record_every = 4;
    const Traced sink = traced_run(spec, 3);
    CHECK(sink.steps == Steps{0, 3, 4, 6, 8, 9});
    CHECK(sink.recorded == std::vector<bool>{true, false, true, false, true, true});
    CHECK(sink.series.at("loss").size() == 4);
    CHECK(sink.series.at("lost_updates").count(3) == 1);
}

TEST_CASE("left alone, a run traces its first and last step, few between, and only recorded ones") {
    for (const std::int64_t record_every : {1, 7}) {
        RunSpec spec = busy_run(400);
        spec.record_every = record_every;
        const Traced sink = traced_run(spec, 0);
        CHECK(sink.traced.front() == 0);
        CHECK(sink.traced.back() == 399);
        for (const std::int64_t t : sink.traced) CHECK((t % record_every == 0 || t == 399));
        CHECK(sink.recorded == std::vector<bool>(sink.steps.size(), true));
    }
    for (const std::int64_t steps : {1, 2, 3, 1000, 1'000'000, 100'000'000}) {
        RunSpec spec = busy_run(steps);
        const StepCost cost{.step = 1000, .record = 0, .trace = 10'000};
        const std::int64_t cadence = trace_cadence(spec, cost);
        const std::int64_t traced = 1 + (steps - 1) / cadence + (steps > 1 && (steps - 1) % cadence != 0);
        CHECK(traced <= most_traced_steps);
        if (traced > 2) CHECK(double(traced) * cost.trace < 0.1 * double(steps) * cost.step);
    }
}

TEST_CASE("a trace is an observation: no digest depends on it") {
    const auto digest_of = [](RunSpec spec, std::int64_t every, std::optional<Arithmetic> reference) {
        spec.trace_every = every;
        spec.reference = reference;
        Traced sink;
        return simulate(spec, 3, sink).digest;
    };
    for (const RunSpec& spec : {busy_run(), quadratic_run("sgd", 0.1, 20, 3)}) {
        const std::string digest = digest_of(spec, -1, std::nullopt);
        for (const std::int64_t every : {0, 1, 3, 1000}) CHECK(digest_of(spec, every, std::nullopt) == digest);
        CHECK(digest_of(spec, 2, Arithmetic::binary64) == digest);
    }
}
