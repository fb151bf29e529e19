#include <cmath>
#include <limits>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

RunSpec plain(const std::string& preset = "fp32", double lr = 0.25, double clip = 0.0) {
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers({1, 2, 4})}}),
                           an_optimizer("sgd", {{"lr", {lr}}}), preset, 2);
    spec.engine = an_engine("plain", {{"gradient_clipping", {clip}}});
    return spec;
}

}  // namespace

TEST_CASE("masters exist exactly where weights are stored in another format") {
    for (const Preset& preset : presets())
        for (const Role overridden : {Role::master, Role::weight, Role::gradient})
            for (const char* format : {"fp32", "fp16", "bf16"}) {
                RunSpec spec = plain(std::string(preset.name));
                spec.precision[overridden] = rounding_to(format);
                INFO(preset.name << ", " << role_name(overridden) << " " << format);
                const bool differ = spec.precision[Role::master] != spec.precision[Role::weight];
                BuiltRun run(spec, 1);
                CHECK(has_state(run, "master[0]") == differ);
                for (int t = 0; t < 5; ++t) run.step();
                if (!differ) continue;
                const std::vector<double> masters = state(run, "master[0]");
                for (std::size_t i = 0; i < masters.size(); ++i)
                    CHECK(weights(run)[i] == round_to(*spec.precision[Role::weight], masters[i]));
            }
}

TEST_CASE("masters start unrounded") {
    RunSpec spec = plain("fp16");
    spec.model.set("init", {0.1});
    BuiltRun run(spec, 1);
    CHECK(state(run, "master[0]")[0] == double(0.1f));
    CHECK(weights(run)[0] == round_to(rounding_to("fp16"), 0.1));
}

TEST_CASE("the plain engine skips an overflow where the scaler looks for it, and only there") {
    for (const char* scaler : {"none", "static", "deepspeed"}) {
        INFO(scaler);
        RunSpec spec = plain();
        spec.loss_scale = a_loss_scaler(scaler);
        spec.injections = {{1, 1, 2, infinity}};
        BuiltRun run(spec, 1);
        run.step();
        const std::vector<double> before = weights(run);
        const double scale = host(run, run.handles().loss_scale_next);
        run.step();
        const bool looks = find_loss_scaler(scaler).checks_overflow;
        CHECK((host(run, run.handles().skipped) != 0.0) == looks);
        CHECK((weights(run) == before) == looks);
        CHECK(host(run, run.handles().applied) == (looks ? 1 : 2));
        CHECK(host(run, run.handles().loss_scale_next) == (std::string(scaler) == "deepspeed" ? scale / 2 : scale));
    }
}

TEST_CASE("a loss scale that is a power of two changes nothing in fp32") {
    RunSpec unscaled = plain(), scaled = plain();
    scaled.loss_scale = a_loss_scaler("static", {{"scale", {1024.0}}});
    CHECK(weights_after(unscaled, 20) == weights_after(scaled, 20));
}

TEST_CASE("the plain engine divides by the scale the backward pass used, also where it doubles") {
    RunSpec unscaled = plain(), scaled = plain();
    scaled.loss_scale =
        a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{3}}}, {"window", {std::int64_t{1}}}});
    BuiltRun a(unscaled, 1), b(scaled, 1);
    for (int t = 0; t < 8; ++t) {
        a.step();
        b.step();
        CHECK(weights(a) == weights(b));
    }
    CHECK(host(b, b.handles().loss_scale_next) == 8 * 128);
}

TEST_CASE("a loss scale saves gradients that fp16 would lose") {
    RunSpec lost = plain("fp16", 1.0), saved = plain("fp16", 1.0);
    const double tiny = 0x1p-26;
    for (RunSpec* spec : {&lost, &saved}) spec->model.set("curvature", numbers({tiny, tiny, tiny}));
    saved.loss_scale = a_loss_scaler("static", {{"scale", {65536.0}}});
    BuiltRun a(lost, 1), b(saved, 1);
    a.step();
    b.step();
    CHECK(state(a, "master[0]") == std::vector<double>(3, 1.0));
    CHECK(state(b, "master[0]") == std::vector<double>(3, double(1.0f - float(tiny))));
    CHECK(state(b, "gradient")[0] == tiny * 65536);
}

TEST_CASE("plain clipping bounds the norm of the gradient and leaves a small one alone") {
    const auto step = [](double clip) {
        const std::vector<double> after = weights_after(plain("fp32", 1.0, clip), 1);
        double square = 0.0;
        for (double w : after) square += (w - 1) * (w - 1);
        return std::sqrt(square);
    };
    const double full = std::sqrt(1.0 + 4.0 + 16.0);
    CHECK(std::fabs(step(0.0) - full) < 1e-6);
    CHECK(std::fabs(step(0.5) - 0.5) < 1e-6);
    CHECK(weights_after(plain("fp32", 1.0, 100.0), 1) == weights_after(plain("fp32", 1.0, 0.0), 1));
}

TEST_CASE("every preset runs every optimizer under every engine that takes it") {
    int runs = 0;
    for (const Preset& preset : presets())
        for (const OptimizerRow* row : optimizers())
            for (const EngineRow* engine : engines())
                for (int workers : {1, 2, 3}) {
                    INFO(preset.name << ", " << row->schema.name << ", " << engine->schema.name << ", " << workers);
                    RunSpec spec =
                        spec_of(a_model("mlp", {{"layers", integers({2, 3, 2})},
                                                {"data", {a_data_set("xor", {{"samples", {std::int64_t{12}}}})}}}),
                                any_optimizer(row->schema), std::string(preset.name), workers);
                    // Betas and an eps that every format can tell from 1 and from 0.
                    for (const auto& [name, value] :
                         {std::pair{"lr", 0.01}, {"beta1", 0.875}, {"beta2", 0.9375}, {"eps", 1e-4}})
                        if (spec.optimizer.has(name)) spec.optimizer.set(name, {value});
                    for (const char* step : {"freeze_step", "var_freeze_step"})
                        if (spec.optimizer.has(step)) spec.optimizer.set(step, {std::int64_t{8}});
                    spec.engine = configure(engine->schema);
                    const RoleRounding &weight = spec.precision[Role::weight], &operand = spec.precision[Role::operand];
                    const bool amp = engine->schema.name == "apex" && operand && operand->format.name == "fp16";
                    if (amp || (weight && weight->format.name == "fp16"))
                        spec.loss_scale = a_loss_scaler(amp ? "apex" : "deepspeed");
                    BuiltRun run(spec, 1);
                    const std::vector<double> start = weights(run);
                    for (int t = 0; t < 20; ++t) run.step();
                    CHECK(weights(run) != start);
                    for (double w : weights(run)) CHECK_FALSE(std::isnan(w));
                    ++runs;
                }
    CHECK(runs > 100);
}
