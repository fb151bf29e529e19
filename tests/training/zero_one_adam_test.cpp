// The schedules of 0/1 Adam, and what differs between workers and when. Its arithmetic is compared
// with recordings (tests/run) and with the oracle (tests/oracle).
#include <cmath>

#include "catch.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec zero_one(int workers, std::int64_t freeze, std::vector<NamedValue> options = {}) {
    options.push_back({"var_freeze_step", {freeze}});
    options.push_back({"lr", {0.01}});
    return spec_of(a_model("quadratic", {{"curvature", numbers({1, 2, 0.5, 4, 3})},
                                         {"init", numbers({1, -1, 2, 0.5, -0.25})},
                                         {"noise", {0.1}}}),
                   an_optimizer("zero_one_adam", options), "fp32", workers);
}

NamedValue whole(const char* name, std::int64_t value) {
    return {name, {value}};
}

bool workers_agree(const BuiltRun& run, const std::string& name) {
    return state(run, name, 0) == state(run, name, 1);
}

}  // namespace

TEST_CASE("variance steps come at multiples of an interval that doubles, and gradients are averaged for them alone") {
    BuiltRun run(zero_one(2, 1000, {whole("var_update_scaler", 2)}), 1);
    std::vector<double> intervals, averaged;
    std::vector<bool> moved;
    for (int step = 1; step <= 16; ++step) {
        const std::vector<double> before = state(run, "exp_avg_sq[0]");
        run.step();
        intervals.push_back(state(run, "var_interval")[0]);
        averaged.push_back(host(run, run.handles().grads_averaged));
        moved.push_back(state(run, "exp_avg_sq[0]") != before);
    }
    //                                      step 1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16
    CHECK(intervals == std::vector<double>{1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 8, 8, 8, 8, 8});
    CHECK(averaged == std::vector<double>{1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1});
    for (std::size_t i = 0; i < moved.size(); ++i) CHECK(moved[i] == (averaged[i] == 1.0));
}

TEST_CASE("a worker alone leaves its momentum as it is between variance steps") {
    BuiltRun run(zero_one(1, 1000, {whole("var_update_scaler", 1)}), 1);
    run.step();  // interval 2 from here on
    const std::vector<double> m = state(run, "exp_avg[0]"), w = weights(run);
    run.step();
    const std::vector<double> after = state(run, "exp_avg[0]");
    CHECK(after != m);  // step 2 is a variance step, interval 4
    const std::vector<double> moved = weights(run);
    run.step();
    CHECK(state(run, "exp_avg[0]") == after);
    CHECK(weights(run) != moved);
    CHECK(moved != w);
}

TEST_CASE("after the freeze workers part and meet again at multiples of the synchronisation interval") {
    BuiltRun run(zero_one(2, 3, {whole("local_step_scaler", 4), whole("local_step_clipper", 3)}), 1);
    for (int step = 1; step <= 4; ++step) {
        run.step();
        CHECK(workers_agree(run, "weight"));
    }
    CHECK(state(run, "freeze_key")[0] == 1);
    const std::vector<double> v = state(run, "exp_avg_sq[0]");
    // The interval is looked at before it changes: 1 up to step 8, 2 up to 12, then 3, the largest.
    for (int step = 5; step <= 20; ++step) {
        INFO("step " << step);
        run.step();
        const int interval = step <= 8 ? 1 : step <= 12 ? 2 : 3;
        const bool meets = step % interval == 0;
        CHECK(workers_agree(run, "exp_avg[0]") == meets);
        CHECK((state(run, "lrs")[0] == 0) == meets);
        CHECK((state(run, "momentum_accumulator[0]") == std::vector<double>(5, 0.0)) == meets);
        CHECK(state(run, "exp_avg_sq[0]") == v);
    }
    CHECK(state(run, "local_step_interval")[0] == 3);
}

TEST_CASE("the errors of compressed gradients are forgotten once, when momenta are compressed instead") {
    BuiltRun run(zero_one(2, 5, {whole("var_update_scaler", 1)}), 1);
    const std::vector<double> zero(16, 0.0);
    for (int step = 1; step <= 5; ++step) run.step();
    CHECK(state(run, "worker_error[0]") != zero);
    run.step();  // step 6 > 5
    CHECK(state(run, "worker_error[0]") == zero);
    CHECK(state(run, "worker_error[0]", 1) == zero);
    run.step();
    CHECK(state(run, "worker_error[0]") != zero);
    run.step();
    CHECK(state(run, "worker_error[0]") != zero);
}

TEST_CASE("a stretch without any learning rate divides by zero, as the original does") {
    RunSpec spec = zero_one(2, 2);
    spec.lr_values = {0.01, 0.01, 0.01, 0.01, 0.0};
    BuiltRun run(spec, 1);
    for (int step = 1; step <= 4; ++step) run.step();
    CHECK(std::isfinite(state(run, "exp_avg[0]")[0]));
    run.step();
    CHECK_FALSE(std::isfinite(state(run, "exp_avg[0]")[0]));
    CHECK(std::isfinite(weights(run)[0]));
    run.step();
    CHECK(std::isnan(weights(run)[0]));
}

TEST_CASE("a masked momentum is +0 after a synchronisation") {
    RunSpec spec = zero_one(2, 1);
    spec.groups = {{{0}, {}, {1, 0, 1, 0, 1}, false}};
    BuiltRun run(spec, 1);
    for (int step = 1; step <= 5; ++step) run.step();
    const std::vector<double> m = state(run, "exp_avg[0]");
    for (std::size_t i : {1u, 3u}) {
        CHECK(m[i] == 0.0);
        CHECK_FALSE(std::signbit(m[i]));
    }
    CHECK(m[0] != 0.0);
}
