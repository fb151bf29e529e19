// The rules of 1-bit LAMB one by one. Its arithmetic as a whole is compared with recordings (tests/run)
// and with the oracle (tests/oracle).
#include <cmath>

#include "catch.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec lamb(int workers, std::int64_t freeze, std::vector<NamedValue> options = {}) {
    options.push_back({"freeze_step", {freeze}});
    options.push_back({"lr", {0.01}});
    return spec_of(a_model("quadratic", {{"curvature", numbers({1, 2, 0.5, 4, 3})},
                                         {"init", numbers({1, -1, 2, 0.5, -0.25})},
                                         {"tensors", integers({3, 2})},
                                         {"noise", {0.1}}}),
                   an_optimizer("onebit_lamb", options), "fp32", workers);
}

NamedValue real(const char* name, double value) {
    return {name, {value}};
}

double scalar(const BuiltRun& run, const std::string& name) {
    return state(run, name)[0];
}

}  // namespace

TEST_CASE("trust ratios keep to their bounds, and the smallest one wins") {
    for (const auto& [most, least] : {std::pair{10.0, 0.01}, {0.05, 0.01}, {10.0, 3.0}, {0.05, 0.2}}) {
        BuiltRun run(lamb(2, 100, {real("max_coeff", most), real("min_coeff", least)}), 1);
        for (int step = 0; step < 20; ++step) {
            run.step();
            const double ratio = scalar(run, "lamb_coeffs[0]");
            CHECK(ratio >= least);
            CHECK((ratio <= most || ratio == least));
        }
    }
}

TEST_CASE("the average of trust ratios starts at zero and is not corrected") {
    BuiltRun run(lamb(1, 100, {real("coeff_beta", 0.75)}), 1);
    double average = 0.0;
    for (int step = 0; step < 10; ++step) {
        run.step();
        const double ratio = scalar(run, "lamb_coeffs[1]");
        average = ratio != 1.0 ? 0.75 * average + 0.25 * ratio : average;
        CHECK(scalar(run, "lamb_coeff_freeze[1]") == average);
    }
}

TEST_CASE("the frozen trust ratio is scaled by a factor that changes by at most the threshold a step") {
    BuiltRun run(lamb(2, 10, {real("factor_threshold", 0.05)}), 1);
    for (int step = 0; step < 10; ++step) run.step();
    const double frozen = scalar(run, "lamb_coeff_freeze[0]");
    double last = 1.0;
    for (int step = 0; step < 40; ++step) {
        run.step();
        const double factor = scalar(run, "last_factor[0]");
        CHECK(factor <= last * (1.0 + 0.05));
        CHECK(factor >= last * (1.0 - 0.05));
        CHECK(scalar(run, "lamb_coeff_freeze[0]") == frozen);
        CHECK(scalar(run, "lamb_coeffs[0]") == frozen * factor);
        last = factor;
    }
    CHECK(last != 1.0);
}

TEST_CASE("the padding of the joined momentum keeps what the last server sent for it") {
    BuiltRun run(lamb(2, 4), 1);
    const std::size_t padding = 16 - 5;
    for (int step = 0; step < 4; ++step) run.step();
    CHECK(state(run, "exp_avg_flat_tail") == std::vector<double>(padding, 0.0));
    for (int step = 0; step < 5; ++step) {
        run.step();
        const std::vector<double> tail = state(run, "exp_avg_flat_tail");
        REQUIRE(tail.size() == padding);
        CHECK(tail.back() != 0.0);
        for (std::size_t i = padding - 8; i < padding; ++i) CHECK(std::fabs(tail[i]) == std::fabs(tail.back()));
    }
}

TEST_CASE("scaling coefficients are formed once, and make the momenta of all tensors equally large") {
    BuiltRun run(lamb(2, 6), 1);
    for (int step = 0; step < 6; ++step) run.step();
    CHECK(scalar(run, "has_scaling_coeff") == 0);
    std::vector<double> size;
    for (const char* name : {"exp_avg[0]", "exp_avg[1]"}) {
        double square = 0.0;
        const std::vector<double> m = state(run, name);
        for (double x : m) square += x * x;
        size.push_back(std::sqrt(square / double(m.size())));
    }
    run.step();
    CHECK(scalar(run, "has_scaling_coeff") == 1);
    const double first = scalar(run, "scaling_coeff[0]"), second = scalar(run, "scaling_coeff[1]");
    // Binary32 norms and one binary64 division.
    CHECK(std::fabs(first * size[0] - second * size[1]) < 1e-6 * first * size[0]);
    CHECK(std::fabs(first * size[0] - (size[0] + size[1]) / 2) < 1e-6 * size[0]);
    for (int step = 0; step < 5; ++step) run.step();
    CHECK(scalar(run, "scaling_coeff[0]") == first);
    CHECK(scalar(run, "scaling_coeff[1]") == second);
}

TEST_CASE("a tensor without momentum at the freeze is a division by zero before anything changes") {
    RunSpec spec = lamb(2, 5);
    spec.model.set("curvature", numbers({1, 2, 0.5, 0, 0}));
    spec.model.set("noise", {0.0});
    BuiltRun run(spec, 1);
    for (int step = 0; step < 5; ++step) {
        run.step();
        CHECK(host(run, run.handles().failures.at(0).flag) == 0);
    }
    const std::vector<double> w = weights(run), m = state(run, "exp_avg[0]"), v = state(run, "exp_avg_sq_fresh[0]");
    run.step();
    CHECK(host(run, run.handles().failures.at(0).flag) == 1);
    CHECK(weights(run) == w);
    CHECK(state(run, "exp_avg[0]") == m);
    CHECK(state(run, "exp_avg_sq_fresh[0]") == v);
    CHECK(scalar(run, "step") == 5);
    CHECK(scalar(run, "has_scaling_coeff") == 0);
}

TEST_CASE("the fresh variance starts as the frozen one, or at zero where the freeze is passed over") {
    BuiltRun run(lamb(1, 3), 1);
    for (int step = 0; step < 3; ++step) run.step();
    CHECK(state(run, "exp_avg_sq_fresh[0]") == state(run, "exp_avg_sq[0]"));
    BuiltRun early(lamb(1, 0), 1);
    early.step();
    CHECK(scalar(early, "lamb_freeze_key") == 1);
    CHECK(state(early, "exp_avg_sq_fresh[0]") == std::vector<double>(3, 0.0));
}

TEST_CASE("weight decay counts in the trust ratio") {
    // No gradient: u = wd w, and |w| / |u| = 1/wd.
    RunSpec spec = lamb(1, 100, {real("weight_decay", 0.25)});
    spec.model = a_model("quadratic", {{"curvature", numbers({0, 0})}, {"init", numbers({3, 4})}});
    BuiltRun run(spec, 1);
    run.step();
    CHECK(scalar(run, "lamb_coeffs[0]") == 4.0);
    CHECK(weights(run)[0] == double(3.0f + float(-0.01 * 4.0) * 0.75f));
}
