// apex amp: which levels take which formats, and its step.
#include <cmath>

#include "catch.hpp"
#include "message_of.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec amp(const std::string& preset, const std::string& scaler = "none", double init = 1.1) {
    RunSpec spec = spec_of(
        a_model("quadratic", {{"curvature", numbers({1, 2, 0.5, 4})}, {"init", {init}}, {"tensors", integers({1, 3})}}),
        any_optimizer(*find_kind(builtin_catalogue().optimizers, "fused_adam"), {{"lr", {0.01}}}), preset, 2);
    spec.engine = an_engine("apex");
    spec.loss_scale = a_loss_scaler(scaler);
    return spec;
}

std::string refusal(RunSpec spec, const std::string& level = "auto") {
    spec.engine.set("opt_level", {level});
    return message_of([&] { BuiltRun(spec, 1); });
}

}  // namespace

TEST_CASE("a level asks for its formats, and O1 and O2 for a scaled loss") {
    CHECK(refusal(amp("amp_o0"), "O2") ==
          "O2 has other formats than `precision`, which are those of O0; use precision.preset = \"amp_o2\"");
    CHECK(refusal(amp("amp_o2", "apex"), "O2") == "nothing was thrown");
    CHECK(refusal(amp("amp_o3"), "O3") == "nothing was thrown");
    CHECK(refusal(amp("amp_o1", "apex"), "O1") == "nothing was thrown");
    CHECK(holds(refusal(amp("amp_o1")), "apex scales the loss at O1"));
    CHECK(holds(refusal(amp("amp_o2")), "apex scales the loss at O2"));
    CHECK(refusal(amp("amp_o2", "constant")) == "nothing was thrown");
}

TEST_CASE("O0 is the plain engine in fp32") {
    RunSpec plain = amp("fp32");
    plain.engine = an_engine("plain");
    CHECK(weights_after(amp("amp_o0"), 30) == weights_after(plain, 30));
}

TEST_CASE("O2's masters start as the rounded weights, O1's weights stay unrounded") {
    const double rounded = 1.099609375;  // 1.1 in fp16
    CHECK(state(BuiltRun(amp("amp_o2", "apex"), 1), "master[0]") == std::vector<double>{rounded});
    CHECK(weights(BuiltRun(amp("amp_o1", "apex"), 1))[0] == double(1.1f));
    CHECK_FALSE(has_state(BuiltRun(amp("amp_o3"), 1), "master[0]"));
}

TEST_CASE("gradients are unscaled by the scale that the backward pass used, even where it doubles in that step") {
    // Powers of two everywhere: nothing is rounded, and the scale must not show.
    RunSpec scaled = amp("amp_o2", "apex", 1.0), constant = amp("amp_o2", "constant", 1.0);
    scaled.loss_scale.set("window", {std::int64_t{1}});
    scaled.loss_scale.set("init_scale", {4.0});
    BuiltRun a(scaled, 1);
    for (int t = 0; t < 4; ++t) a.step();
    CHECK(host(a, a.handles().loss_scale_next) == 64);
    for (RunSpec* spec : {&scaled, &constant})
        spec->optimizer = any_optimizer(*find_kind(builtin_catalogue().optimizers, "sgd"), {{"lr", {0.125}}});
    CHECK(weights_after(scaled, 3) == weights_after(constant, 3));
}

TEST_CASE("exactly the steps with an element that is not finite are skipped, and the scale falls with them") {
    RunSpec spec = amp("amp_o2", "apex");
    spec.loss_scale.set("init_scale", {256.0});
    spec.injections = {{1, 1, 2, HUGE_VAL}, {3, 0, 0, std::nan("")}};
    BuiltRun run(spec, 1);
    double scale = 256;
    for (int t = 0; t < 5; ++t) {
        const std::vector<double> before = state(run, "master[1]");
        run.step();
        const bool skipped = t == 1 || t == 3;
        CHECK(host(run, run.handles().skipped) == (skipped ? 1.0 : 0.0));
        CHECK((state(run, "master[1]") == before) == skipped);
        if (skipped) scale /= 2;
        CHECK(host(run, run.handles().loss_scale_next) == scale);
    }
}

TEST_CASE("finite elements whose sum overflows binary32 are no overflow for apex") {
    RunSpec spec = amp("amp_o1", "apex");
    spec.workers = 1;
    spec.loss_scale.set("init_scale", {1.0});
    spec.injections = {{0, 0, 1, 3e38}, {0, 0, 2, 3e38}};
    BuiltRun run(spec, 1);
    run.step();
    CHECK(host(run, run.handles().skipped) == 0.0);
    spec.engine = an_engine("plain");
    BuiltRun deepspeed(spec, 1);
    deepspeed.step();
    CHECK(host(deepspeed, deepspeed.handles().skipped) == 1.0);
}

TEST_CASE("a constant scale never skips") {
    RunSpec spec = amp("amp_o2", "constant");
    spec.injections = {{1, 1, 2, HUGE_VAL}};
    BuiltRun run(spec, 1);
    run.step();
    run.step();
    CHECK(host(run, run.handles().skipped) == 0.0);
    CHECK_FALSE(std::isfinite(state(run, "master[1]")[1]));
}
