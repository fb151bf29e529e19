#include "halfstep/run/simulate.hpp"

#include <limits>
#include <set>
#include <thread>

#include "run/built_run.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string digest_of(const RunSpec& spec, std::uint64_t seed = 1) {
    Kept sink;
    return simulate(spec, seed, sink).digest;
}

// Asks for the end after some record.
class StopAfter final : public Sink {
public:
    explicit StopAfter(std::int64_t step) : at_(step) {}
    void step(const StepRecord& record, const Snapshot&) override {
        ++records;
        if (record.step == at_) stop = true;
    }
    std::atomic<bool> stop = false;
    int records = 0;

private:
    std::int64_t at_;
};

class Full final : public Sink {
public:
    void step(const StepRecord& record, const Snapshot&) override {
        if (record.step == 3) throw std::runtime_error("no space left");
    }
};

}  // namespace

TEST_CASE("the same specification and seed give the same records") {
    Kept one, two;
    const RunSummary a = simulate(busy_run(), 7, one), b = simulate(busy_run(), 7, two);
    CHECK(a.digest == b.digest);
    CHECK(a.steps == 40);
    CHECK_FALSE(a.interrupted);
    CHECK(a.seed == 7);
    CHECK(a.run == "base");
    CHECK(one.series == two.series);
    CHECK(one.states == two.states);
}

TEST_CASE("another seed is another run") {
    std::set<std::string> digests;
    for (std::uint64_t seed = 0; seed < 5; ++seed) digests.insert(digest_of(busy_run(), seed));
    CHECK(digests.size() == 5);
}

TEST_CASE("one bit of a hyperparameter, a format or a step count is another run") {
    std::set<std::string> digests = {digest_of(busy_run())};
    const auto changed = [&](const auto& change) {
        RunSpec spec = busy_run();
        change(spec);
        CHECK(digests.insert(digest_of(spec)).second);
    };
    changed([](RunSpec& s) { s.optimizer.set("lr", {std::nextafter(s.optimizer.number("lr"), 1.0)}); });
    changed([](RunSpec& s) { s.optimizer.set("beta1", {double(std::nextafter(0.9f, 1.0f))}); });
    changed([](RunSpec& s) { s.precision[Role::exp_avg] = rounding_to("bf16"); });
    changed([](RunSpec& s) { s.precision[Role::worker_error] = rounding_to("fp16"); });
    changed([](RunSpec& s) { s.steps = 41; });
    changed([](RunSpec& s) { s.batch = 7; });
}

TEST_CASE("the digest sees states that no series shows") {
    // After one step only exp_avg_sq tells these two apart.
    RunSpec a = quadratic_run("onebit_adam", 0.0, 1), b = a;
    b.optimizer.set("beta2", {0.5});
    Kept one, two;
    CHECK(simulate(a, 1, one).digest != simulate(b, 1, two).digest);
    CHECK(one.series == two.series);
}

TEST_CASE("the number of threads changes nothing") {
    const std::string alone = digest_of(busy_run());
    std::vector<std::string> digests(4);
    std::vector<std::thread> threads;
    for (std::string& d : digests) threads.emplace_back([&d] { d = digest_of(busy_run()); });
    for (std::thread& t : threads) t.join();
    for (const std::string& d : digests) CHECK(d == alone);
}

TEST_CASE("every record_every-th step is recorded, and the first and the last") {
    const auto recorded = [](std::int64_t steps, std::int64_t every) {
        RunSpec spec = quadratic_run("sgd", 0.1, steps);
        spec.record_every = every;
        Kept sink;
        simulate(spec, 1, sink);
        return sink.steps;
    };
    using Steps = std::vector<std::int64_t>;
    CHECK(recorded(20, 7) == Steps{0, 7, 14, 19});
    CHECK(recorded(15, 7) == Steps{0, 7, 14});
    CHECK(recorded(20, 1000) == Steps{0, 19});
    CHECK(recorded(1, 5) == Steps{0});
    CHECK(recorded(3, 1) == Steps{0, 1, 2});
}

TEST_CASE("how often a run is recorded does not change where it goes") {
    RunSpec rarely = busy_run();
    rarely.record_every = 11;
    Kept all, few;
    const RunSummary a = simulate(busy_run(), 1, all), b = simulate(rarely, 1, few);
    CHECK(all.states == few.states);
    CHECK(metric(a, "final_loss") == metric(b, "final_loss"));
    CHECK(metric(a, "min_loss") == metric(b, "min_loss"));
}

TEST_CASE("the full-data loss is evaluated as often as was asked for and after the last step") {
    RunSpec spec = busy_run(10);
    Kept sink;
    const RunSummary summary = simulate(spec, 1, sink);
    REQUIRE(sink.series["eval_loss"].size() == 1);
    CHECK(sink.series["eval_loss"].back() == metric(summary, "final_loss"));
    spec.evaluate_every = 4;
    Kept more;
    simulate(spec, 1, more);
    REQUIRE(more.series["eval_loss"].size() == 4);  // steps 0, 4, 8 and 9
    CHECK(more.series["eval_loss"].back() == metric(summary, "final_loss"));
    CHECK(more.states == sink.states);
}

TEST_CASE("a stop flag ends the run between two steps") {
    StopAfter sink(5);
    const RunSummary summary = simulate(busy_run(), 1, sink, &sink.stop);
    CHECK(summary.interrupted);
    CHECK(summary.steps == 6);
    CHECK(sink.records == 6);
    std::atomic<bool> at_once = true;
    StopAfter none(100);
    const RunSummary empty = simulate(busy_run(), 1, none, &at_once);
    CHECK(empty.interrupted);
    CHECK(empty.steps == 0);
    CHECK(none.records == 0);
    CHECK(std::isnan(metric(empty, "min_loss_scale")));
    CHECK(std::isnan(metric(empty, "skipped_fraction")));
    CHECK(metric(empty, "final_loss") == metric(empty, "initial_loss"));
}

TEST_CASE("a flag that nobody sets changes nothing") {
    const std::atomic<bool> never = false;
    Kept sink;
    const RunSummary summary = simulate(busy_run(), 1, sink, &never);
    CHECK_FALSE(summary.interrupted);
    CHECK(summary.digest == digest_of(busy_run()));
}

TEST_CASE("what a sink throws comes through") {
    Full sink;
    CHECK_THROWS_WITH(simulate(busy_run(), 1, sink), "no space left");
}

TEST_CASE("a snapshot names every state once, gives NaN one form, and refuses unknown names") {
    class Look final : public Sink {
    public:
        void step(const StepRecord&, const Snapshot& snapshot) override {
            const std::vector<std::string> names = snapshot.names();
            CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
            CHECK_THROWS_AS(snapshot.state("no such state", 0), std::out_of_range);
            CHECK_THROWS_AS(snapshot.workers(""), std::out_of_range);
            CHECK(snapshot.workers("gradient") == 4);
            CHECK(snapshot.workers("weight") == 1);
        }
    } look;
    simulate(busy_run(3), 1, look);
    RunSpec spec = quadratic_run("sgd", 0.1, 2);
    spec.injections = {{1, 0, 0, -std::numeric_limits<double>::quiet_NaN()}};
    Kept sink;
    simulate(spec, 1, sink);
    REQUIRE(std::isnan(sink.states["weight/0"][0]));
    CHECK_FALSE(std::signbit(sink.states["weight/0"][0]));
}

TEST_CASE("memory does not grow with the number of steps") {
    RunSpec few = busy_run(10), many = busy_run(1'000'000);
    BuiltRun a(few, 1), b(many, 1);
    CHECK(a.machine().memory_bytes() == b.machine().memory_bytes());
    const std::size_t before = a.machine().memory_bytes();
    for (int t = 0; t < 500; ++t) a.step();
    CHECK(a.machine().memory_bytes() == before);
}

TEST_CASE("references run the same specification without emulated formats") {
    RunSpec spec = busy_run(10);
    Kept emulated, binary64, wide;
    simulate(spec, 1, emulated);
    spec.arithmetic = Arithmetic::binary64;
    simulate(spec, 1, binary64);
    spec.arithmetic = Arithmetic::multiprecision;
    simulate(spec, 1, wide);
    const double exact = wide.series["loss"].back();
    CHECK(std::fabs(binary64.series["loss"].back() - exact) < 1e-12);
    CHECK(std::fabs(emulated.series["loss"].back() - exact) > 1e-7);
    CHECK(std::fabs(emulated.series["loss"].back() - exact) < 1e-2);
}
