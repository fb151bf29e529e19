// ZeRO stages 1 to 3: what sharing out the optimizer changes, and what it does not.
#include <cmath>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/run/recipe_check.hpp"
#include "message_of.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec zero(int stage, const std::string& preset = "fp16", int workers = 3,
             const std::string& optimizer = "fused_adam") {
    RunSpec spec = spec_of(a_model("quadratic", {{"dimension", {std::int64_t{11}}},
                                                 {"max_curvature", {4.0}},
                                                 {"noise", {0.25}},
                                                 {"tensors", integers({2, 9})}}),
                           any_optimizer(*find_kind(builtin_catalogue().optimizers, optimizer), {{"lr", {0.01}}}),
                           preset, workers);
    spec.engine = an_engine("deepspeed", {{"zero_stage", {std::int64_t{stage}}}, {"gradient_clipping", {0.0}}});
    if (preset == "fp16") spec.loss_scale = a_loss_scaler("deepspeed_hysteresis", {{"init_scale", {256.0}}});
    return spec;
}

RunSpec clipped(RunSpec spec, double clip) {
    spec.engine.set("gradient_clipping", {clip});
    return spec;
}

}  // namespace

TEST_CASE("stages 1 and 2 are the same to the bit, and stage 3 too where nothing is clipped") {
    for (const char* preset : {"fp16", "bf16", "fp32"})
        for (const int workers : {1, 2, 3, 4}) {
            INFO(preset << ", " << workers << " workers");
            const auto after = [&](int stage, double clip) {
                return weights_after(clipped(zero(stage, preset, workers), clip), 40);
            };
            CHECK(after(1, 0.0) == after(2, 0.0));
            CHECK(after(1, 0.0) == after(3, 0.0));
            CHECK(after(1, 0.5) == after(2, 0.5));
        }
}

TEST_CASE("under ZeRO every worker divides before the sum: fp16 sums that overflow at stage 0 do not") {
    RunSpec spec = zero(0, "fp16", 2, "sgd");
    spec.loss_scale = a_loss_scaler("static", {{"scale", {1.0}}});
    spec.injections = {{0, 0, 5, 40000.0}, {0, 1, 5, 40000.0}};
    const auto skipped = [](const RunSpec& s) {
        BuiltRun run(s, 1);
        run.step();
        return host(run, run.handles().skipped);
    };
    CHECK(skipped(spec) == 1.0);
    for (const int stage : {1, 2, 3}) {
        spec.engine.set("zero_stage", {std::int64_t{stage}});
        CHECK(skipped(spec) == 0.0);
    }
}

TEST_CASE("quotients are rounded to `comm` one by one, and added in rank order") {
    RunSpec spec = zero(1, "fp16", 3, "sgd");
    spec.loss_scale = a_loss_scaler("static", {{"scale", {1.0}}});
    const double g[3] = {0.0999755859375, 1.0, 2049.0 / 2048 * 3};
    spec.injections = {{0, 0, 0, g[0]}, {0, 1, 0, g[1]}, {0, 2, 0, g[2]}};
    BuiltRun run(spec, 1);
    run.step();
    const auto fp16 = [](double x) { return round_to(rounding_to("fp16"), x); };
    double sum = fp16(fp16(g[0]) / 3);
    for (const int w : {1, 2}) sum = fp16(sum + fp16(fp16(g[w]) / 3));
    CHECK(state(run, "gradient")[0] == sum);
}

TEST_CASE("one worker without clipping does what stage 0 does, but for the initialisation step") {
    for (const char* preset : {"fp16", "bf16"}) {
        RunSpec none = zero(0, preset, 1, "sgd"), first = zero(1, preset, 1, "sgd");
        for (RunSpec* spec : {&none, &first})
            if (spec->preset == "fp16") spec->loss_scale = a_loss_scaler("static", {{"scale", {256.0}}});
        CHECK(weights_after(none, 20) == weights_after(first, 20));
        // Adam's step counter starts one later at stage 0.
        CHECK(weights_after(zero(1, "bf16", 1), 1) != weights_after(zero(0, "bf16", 1), 1));
    }
}

TEST_CASE("clipping brings the gradient to its length at every stage") {
    for (const int stage : {1, 2, 3})
        for (const char* preset : {"fp16", "fp32"}) {
            INFO(stage << ", " << preset);
            RunSpec spec = clipped(zero(stage, preset, 3, "sgd"), 0.25);
            spec.optimizer.set("lr", {1.0});
            BuiltRun run(spec, 1);
            const std::vector<double> before = state(run, "master[0]");
            run.step();
            double square = 0.0;
            for (std::size_t i = 0; i < before.size(); ++i)
                square += std::pow(state(run, "master[0]")[i] - before[i], 2);
            CHECK(std::fabs(std::sqrt(square) - 0.25) < 1e-5);
            CHECK(host(run, run.handles().grad_norm) > 0.25);
        }
}

TEST_CASE("the norm of stages 1 and 2 is a binary32 sum of the partitions' squares") {
    // Three workers and 11 weights: partitions of 4, 4 and 3.
    RunSpec spec = clipped(zero(2, "fp32", 3, "sgd"), 1e9);
    BuiltRun run(spec, 1);
    run.step();
    const std::vector<double> g = state(run, "gradient");
    float square = 0.0f;
    for (std::size_t at = 0; at < g.size(); at += 4) {
        double part = 0.0;
        for (std::size_t i = at; i < std::min(at + 4, g.size()); ++i) part += g[i] * g[i];
        square += static_cast<float>(part);
    }
    CHECK(host(run, run.handles().grad_norm) == double(std::sqrt(square)));
}

TEST_CASE("the first overflow is forgiven, and one at the floor ends the run") {
    RunSpec spec = zero(2);
    spec.loss_scale.set("init_scale", {2.0});
    for (const std::int64_t t : {0, 2, 4, 5}) spec.injections.push_back({t, 0, 0, HUGE_VAL});
    BuiltRun run(spec, 1);
    std::vector<double> scales;
    for (int t = 0; t < 5; ++t) {
        run.step();
        scales.push_back(host(run, run.handles().loss_scale_next));
        CHECK(host(run, run.handles().failures.at(0).flag) == (t == 4 ? 1.0 : 0.0));
    }
    CHECK(scales == std::vector<double>{2, 2, 1, 1, 1});
}

TEST_CASE("what ZeRO does not take is refused") {
    const auto refusal = [](RunSpec spec) { return message_of([&] { BuiltRun(spec, 1); }); };
    CHECK(holds(refusal(zero(1, "fp16", 2, "lamb")), "lamb looks at whole tensors"));
    CHECK(holds(refusal(zero(1, "fp16", 2, "onebit_adam")), "onebit_adam looks at whole tensors"));
    RunSpec reloading = zero(2);
    reloading.reload_at = {3};
    CHECK(holds(refusal(reloading), "ZeRO's checkpoints are not simulated"));
    RunSpec unscaled = zero(2);
    unscaled.loss_scale = a_loss_scaler("none");
    CHECK(holds(refusal(unscaled), "ZeRO scales the loss in fp16"));
    RunSpec wrapper = zero(2);
    wrapper.engine.set("wrapper", {std::string("fp16_fused")});
    CHECK(holds(refusal(wrapper), "ZeRO has an optimizer of its own; accepted at zero_stage = 2: auto"));
    // And by DeepSpeed's own rules, before anything is built.
    CHECK(holds(message_of([] { check_recipe(zero(1, "fp16", 2, "onebit_adam")); }), "onebit-with-zero"));
}
