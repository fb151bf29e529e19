// Which wrapper DeepSpeed puts around which optimizer, and what each does that the others do not.
#include <cmath>

#include "catch.hpp"
#include "message_of.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// No noise: every worker has the same gradient.
RunSpec wrapped(const std::string& optimizer, const std::string& preset, const std::string& wrapper,
                double clip = 0.0) {
    Configured o = any_optimizer(*find_kind(builtin_catalogue().optimizers, optimizer), {{"lr", {0.01}}});
    RunSpec spec = spec_of(
        a_model("quadratic", {{"curvature", numbers({1, 2, 0.5, 4})}, {"tensors", integers({1, 3})}}), o, preset, 2);
    spec.engine = an_engine("deepspeed", {{"wrapper", {wrapper}}, {"gradient_clipping", {clip}}});
    if (preset == "fp16") spec.loss_scale = a_loss_scaler("static", {{"scale", {256.0}}});
    return spec;
}

double after_a_step(const RunSpec& spec, Host RecordedStep::*value) {
    BuiltRun run(spec, 1);
    run.step();
    return host(run, run.handles().*value);
}

bool fails_in_first_step(const RunSpec& spec) {
    BuiltRun run(spec, 1);
    run.step();
    return host(run, run.handles().failures.at(0).flag) == 1.0;
}

const double norm = std::sqrt(1.0 + 4.0 + 0.25 + 16.0);  // of the first gradient

}  // namespace

TEST_CASE("Adam and its 1-bit variants get one master a group, everything else one a tensor") {
    const std::string preset = GENERATE("fp16", "bf16");
    for (const OptimizerRow* row : optimizers()) {
        INFO(row->schema.name);
        const BuiltRun run(wrapped(row->schema.name, preset, "auto"), 1);
        const bool adam = row->schema.name.find("adam") != std::string::npos;
        CHECK(has_state(run, "master[1]") != adam);
        CHECK(state(run, "master[0]").size() == (adam ? 4 : 1));
    }
}

TEST_CASE("the unfused wrapper reports a norm that still has the loss scale, the fused one does not") {
    const double fused = after_a_step(wrapped("adam", "fp16", "fp16_fused"), &RecordedStep::grad_norm);
    const double unfused = after_a_step(wrapped("adam", "fp16", "fp16_unfused"), &RecordedStep::grad_norm);
    CHECK(std::fabs(fused - norm) < 1e-6 * norm);
    CHECK(std::fabs(unfused - 256 * norm) < 256e-6 * norm);
}

TEST_CASE("both wrappers clip to the same length") {
    for (const char* wrapper : {"fp16_fused", "fp16_unfused"}) {
        INFO(wrapper);
        RunSpec spec = wrapped("sgd", "fp16", wrapper, 0.5);
        spec.optimizer.set("lr", {1.0});
        BuiltRun run(spec, 1);
        run.step();
        double square = 0.0;
        for (const char* name : {"master[0]", "master[1]"})
            if (has_state(run, name))
                for (double w : state(run, name)) square += (w - 1) * (w - 1);
        CHECK(std::fabs(std::sqrt(square) - 0.5) < 1e-5);
    }
}

TEST_CASE("in bf16 the unfused wrapper skips a step with a NaN and the fused one applies it") {
    for (const bool fused : {true, false}) {
        RunSpec spec = wrapped("adam", "bf16", fused ? "bf16_fused" : "bf16_unfused");
        spec.injections = {{1, 1, 0, std::nan("")}};
        BuiltRun run(spec, 1);
        run.step();
        run.step();
        CHECK(host(run, run.handles().skipped) == (fused ? 0 : 1));
        CHECK(std::isnan(weights(run)[0]) == fused);
    }
}

TEST_CASE("finite bf16 gradients whose sum leaves binary32 are an overflow") {
    RunSpec spec = wrapped("sgd", "bf16", "bf16_unfused");
    spec.optimizer.set("lr", {0.0});
    spec.workers = 1;
    for (std::int64_t i : {1, 2}) spec.injections.push_back({0, 0, i, 3e38});
    CHECK(after_a_step(spec, &RecordedStep::skipped) == 1);
    spec.injections.pop_back();
    CHECK(after_a_step(spec, &RecordedStep::skipped) == 0);
}

TEST_CASE("a wrapper's constructor takes a step without gradient, which weight decay makes a real one") {
    for (const char* kind : {"fused_adam", "adamw", "lamb"}) {
        INFO(kind);
        RunSpec spec = wrapped(kind, "bf16", "auto");
        spec.optimizer.set("weight_decay", {0.25});
        spec.model.set("curvature", numbers({0, 0, 0, 0}));
        BuiltRun run(spec, 1);
        run.step();
        CHECK(state(run, "step")[0] == 2);
        // adam: w - lr wd w, twice. lamb: the trust ratio is 1/wd, and the step size its own.
        const double twice = state(run, "master[0]")[0];
        const float factor = 1.0f - 0.01f * 0.25f;
        if (std::string(kind) != "lamb") CHECK(std::fabs(twice - double(factor) * factor) < 1e-7);
        CHECK(twice < factor);
    }
    RunSpec spec = wrapped("fused_adam", "bf16", "auto");
    BuiltRun run(spec, 1);
    CHECK(state(run, "step")[0] == 1);
    run.step();
    CHECK(state(run, "step")[0] == 2);
}

TEST_CASE("that step moves masters, not the weights the first batch sees") {
    RunSpec spec = wrapped("fused_adam", "bf16", "auto");
    spec.optimizer.set("weight_decay", {0.25});
    spec.optimizer.set("lr", {0.5});
    BuiltRun run(spec, 1);
    run.step();
    CHECK(host(run, run.handles().loss) == 0.5 * (1 + 2 + 0.5 + 4));
}

TEST_CASE("the unfused wrapper leaves FusedLamb to divide by the scale itself") {
    RunSpec scaled = wrapped("lamb", "fp16", "auto"), plain = scaled;
    plain.loss_scale = a_loss_scaler("static", {{"scale", {1.0}}});
    BuiltRun a(scaled, 1), b(plain, 1);
    for (int step = 0; step < 5; ++step) {
        a.step();
        b.step();
    }
    CHECK(weights(a) == weights(b));  // powers of two: nothing is rounded
    scaled.injections = {{0, 1, 2, HUGE_VAL}};
    CHECK(after_a_step(scaled, &RecordedStep::skipped) == 1);
}

TEST_CASE("BF16_Optimizer clips by the norm, checks nothing and ends the run where there is no gradient") {
    RunSpec spec = wrapped("fused_adam", "bf16", "bf16_optimizer", 1.0);
    CHECK(std::fabs(after_a_step(spec, &RecordedStep::grad_norm) - norm) < 1e-6 * norm);
    CHECK_FALSE(fails_in_first_step(spec));

    RunSpec sgd = wrapped("sgd", "bf16", "bf16_optimizer", 0.5);
    sgd.optimizer.set("lr", {1.0});
    BuiltRun run(sgd, 1);
    run.step();
    double square = 0.0;
    for (double w : state(run, "master[0]")) square += (w - 1) * (w - 1);
    CHECK(std::fabs(std::sqrt(square) - 0.5) < 1e-5);

    RunSpec flat = spec;
    flat.model.set("curvature", numbers({0, 0, 0, 0}));
    CHECK(fails_in_first_step(flat));
    RunSpec nan = spec;
    nan.injections = {{0, 0, 0, std::nan("")}};
    CHECK(fails_in_first_step(nan));
    RunSpec infinite = spec;
    infinite.injections = {{0, 0, 0, HUGE_VAL}};
    CHECK_FALSE(fails_in_first_step(infinite));
    CHECK(after_a_step(infinite, &RecordedStep::skipped) == 0);
}

TEST_CASE("BF16_Optimizer refuses what DeepSpeed refuses under ZeRO") {
    for (const char* kind : {"onebit_adam", "zero_one_adam", "onebit_lamb", "lamb"}) {
        INFO(kind);
        CHECK(holds(message_of([&] { check_buildable(wrapped(kind, "bf16", "bf16_optimizer"), 1); }), "ZeRO"));
    }
}
