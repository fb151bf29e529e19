// DeepSpeed's wrappers on their own; the recordings (tests/run) have them in full runs.
#include <cmath>
#include <limits>
#include <map>

#include "catch.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

RunSpec deepspeed(const std::string& optimizer, const std::string& preset, int workers, double lr = 0.01,
                  double clip = 0.0) {
    Configured o = an_optimizer(optimizer, {{"lr", {lr}}});
    if (o.has("freeze_step")) o.set("freeze_step", {std::int64_t{4}});
    RunSpec spec = spec_of(
        a_model("quadratic", {{"curvature", numbers({1, 2, 0.5, 4})}, {"tensors", integers({1, 3})}, {"noise", {0.1}}}),
        o, preset, workers);
    spec.engine = an_engine("deepspeed", {{"gradient_clipping", {clip}}});
    // The flat wrapper whatever the optimizer; deepspeed_wrapper_test.cpp has the others.
    if (preset != "fp32") spec.engine.set("wrapper", {preset + "_fused"});
    if (preset == "fp16") spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{8}}}});
    return spec;
}

std::map<std::string, std::vector<double>> all_states(const BuiltRun& run) {
    std::map<std::string, std::vector<double>> all;
    for (const std::string& name : run.machine().state_names())
        for (int w = 0; w < run.machine().copies(run.machine().find_state(name)); ++w)
            all[name + " of worker " + std::to_string(w)] = state(run, name, w);
    return all;
}

bool skipped(const BuiltRun& run) {
    return host(run, run.handles().skipped) != 0.0;
}

double norm(const std::vector<double>& a, const std::vector<double>& b) {
    double square = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(square);
}

}  // namespace

TEST_CASE("in fp32 the first batch of a 1-bit optimizer is swallowed and that of Adam is not") {
    const int workers = GENERATE(1, 2);
    BuiltRun onebit(deepspeed("onebit_adam", "fp32", workers), 1), adam(deepspeed("adam", "fp32", workers), 1);
    const std::vector<double> start = weights(onebit);
    onebit.step();
    adam.step();
    CHECK(weights(onebit) == start);
    CHECK(state(onebit, "exp_avg[0]") == std::vector<double>{0.0});
    CHECK(state(onebit, "step")[0] == 1);
    CHECK(host(onebit, onebit.handles().applied) == 1);
    CHECK(weights(adam) != start);
    onebit.step();
    CHECK(weights(onebit) != start);
}

TEST_CASE("with a wrapper no batch is swallowed and the step counter starts at one") {
    const std::string preset = GENERATE("fp16", "bf16");
    BuiltRun run(deepspeed("onebit_adam", preset, 2), 1);
    CHECK(state(run, "step")[0] == 1);
    const std::vector<double> start = state(run, "master[0]");
    run.step();
    CHECK(state(run, "master[0]") != start);
    CHECK(state(run, "step")[0] == 2);
}

TEST_CASE("the freeze ends averaging with the next batch") {
    BuiltRun run(deepspeed("onebit_adam", "fp32", 2), 1);
    std::vector<double> averaged;
    for (int t = 0; t < 6; ++t) {
        run.step();
        averaged.push_back(host(run, run.handles().grads_averaged));
    }
    CHECK(averaged == std::vector<double>{1, 1, 1, 1, 0, 0});
}

TEST_CASE("an overflow on one worker skips the step on all and halves the scale") {
    const std::string optimizer = GENERATE("onebit_adam", "adam", "sgd");
    const int when = GENERATE(2, 7);  // before and after 1-bit Adam's freeze
    for (double value : {infinity, -infinity, std::nan("")}) {
        INFO(optimizer << ", step " << when << ", value " << value);
        RunSpec spec = deepspeed(optimizer, "fp16", 2);
        spec.injections = {{when, 1, 2, value}};
        BuiltRun run(spec, 1);
        for (int t = 0; t < when; ++t) {
            run.step();
            REQUIRE_FALSE(skipped(run));
        }
        auto before = all_states(run);
        run.step();
        CHECK(skipped(run));
        auto after = all_states(run);
        CHECK(after["loss_scale of worker 0"][0] == before["loss_scale of worker 0"][0] / 2);
        CHECK(after["applied of worker 0"][0] == when);
        CHECK(after["iteration of worker 0"][0] == when + 1);
        for (const auto& [name, values] : before) {
            if (name.starts_with("loss_scale") || name.starts_with("iteration") || name.starts_with("gradient"))
                continue;
            INFO(name);
            CHECK(after[name] == values);
        }
        run.step();
        CHECK_FALSE(skipped(run));
        CHECK(state(run, "master[0]") != before["master[0] of worker 0"]);
    }
}

TEST_CASE("the scale doubles in the same step: the gradient is divided by more than it was multiplied by") {
    RunSpec spec = deepspeed("sgd", "fp16", 1, 0.0);
    spec.model.set("noise", {0.0});
    spec.loss_scale =
        a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{4}}}, {"window", {std::int64_t{2}}}});
    BuiltRun run(spec, 1);
    std::vector<double> norms, scales, next;
    for (int t = 0; t < 4; ++t) {
        run.step();
        norms.push_back(host(run, run.handles().grad_norm));
        scales.push_back(host(run, run.handles().loss_scale));
        next.push_back(host(run, run.handles().loss_scale_next));
    }
    CHECK(scales == std::vector<double>{16, 16, 16, 32});
    CHECK(next == std::vector<double>{16, 16, 32, 32});
    CHECK(norms[1] == norms[0]);
    CHECK(norms[2] == norms[0] / 2);
    CHECK(norms[3] == norms[0]);
}

TEST_CASE("bf16 applies what fp16 would skip") {
    RunSpec spec = deepspeed("adam", "bf16", 2);
    spec.injections = {{1, 0, 0, std::nan("")}};
    BuiltRun run(spec, 1);
    run.step();
    run.step();
    CHECK_FALSE(skipped(run));
    CHECK(host(run, run.handles().applied) == 2);
    CHECK(std::isnan(weights(run)[0]));
    CHECK(host(run, run.handles().loss_scale_next) == 1);
}

TEST_CASE("without a scaled backward pass the gradient is divided by a scale it never had") {
    RunSpec right = deepspeed("sgd", "fp16", 1), wrong = right;
    wrong.engine.set("scale_backward", {false});
    BuiltRun a(right, 1), b(wrong, 1);
    a.step();
    b.step();
    // The scale is 2^8 and nothing here underflows.
    CHECK(host(b, b.handles().grad_norm) == host(a, a.handles().grad_norm) / 256);
    CHECK(host(b, b.handles().loss_scale) == 256);
}

TEST_CASE("clipping bounds the step of every wrapper and keeps its direction") {
    const std::string preset = GENERATE("fp32", "fp16", "bf16");
    const double clip = 0.5;
    const auto step = [&](double limit) {
        BuiltRun run(deepspeed("sgd", preset, 2, 1.0, limit), 1);
        const std::string name = preset == "fp32" ? "weight" : "master[0]";
        const std::vector<double> start = state(run, name);
        run.step();
        std::vector<double> moved = state(run, name);
        for (std::size_t i = 0; i < start.size(); ++i) moved[i] -= start[i];
        return moved;
    };
    const std::vector<double> zero(4, 0.0), full = step(0.0), clipped = step(clip), loose = step(100.0);
    const double length = norm(full, zero);
    REQUIRE(length > 2.0);
    CHECK(std::fabs(norm(clipped, zero) - clip) < 1e-5);
    for (std::size_t i = 0; i < full.size(); ++i) CHECK(std::fabs(clipped[i] - full[i] * clip / length) < 1e-5);
    CHECK(loose == full);
}

TEST_CASE("fp32 clipping takes the norm of the averaged gradient") {
    RunSpec spec = deepspeed("sgd", "fp32", 2, 1.0, 1.0);
    spec.model = a_model("quadratic", {{"curvature", numbers({1, 1})}, {"noise_table", rows({{1, 0}, {-3, -2}})}});
    // Workers see (2, 1) and (-2, -1): the mean is zero, and clipping leaves it there.
    CHECK(weights_after(spec, 1) == std::vector<double>{1, 1});
}

TEST_CASE("masters start as the already rounded weights") {
    const std::string preset = GENERATE("fp16", "bf16");
    RunSpec spec = deepspeed("sgd", preset, 1);
    spec.model.set("init", {0.1});
    BuiltRun run(spec, 1);
    CHECK(state(run, "master[0]") == weights(run));
    CHECK(weights(run)[0] != double(0.1f));
}

TEST_CASE("a wrapper flattens every group in its order, without one each tensor is on its own") {
    RunSpec spec = deepspeed("sgd", "fp16", 1);
    spec.groups = {{{1, 0}, {}, {}, false}};
    spec.model.set("init", numbers({1, 2, 3, 4}));
    BuiltRun wrapped(spec, 1);
    CHECK(state(wrapped, "master[0]") == std::vector<double>{2, 3, 4, 1});
    CHECK_FALSE(has_state(wrapped, "master[1]"));
    BuiltRun bare(deepspeed("adam", "fp32", 1), 1);
    CHECK(state(bare, "exp_avg[0]").size() == 1);
    CHECK(state(bare, "exp_avg[1]").size() == 3);
}
