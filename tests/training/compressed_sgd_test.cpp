// SGD with compressed messages: the stated order of roundings, what it is equal to, and the papers' examples of
// what error feedback is for.
#include <algorithm>
#include <cmath>

#include "bowl.hpp"
#include "catch.hpp"
#include "compressing.hpp"
#include "narrow.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Configured ef_sgd(const Configured& compressor, double lr, std::vector<NamedValue> given = {}) {
    given.push_back({"lr", {lr}});
    given.push_back({"compressor", {compressor}});
    return an_optimizer("compressed_sgd", std::move(given));
}
const NamedValue without_feedback{"error_feedback", {false}};
const NamedValue in_gradients{"error_units", {std::string("gradient")}};

Configured top(std::int64_t k) {
    return a_compressor("top_k", {{"k", {k}}});
}

RunSpec in_binary64(RunSpec spec) {
    spec.arithmetic = Arithmetic::binary64;
    return spec;
}

// f_i = <a_i, x>^2 + |x|^2/4 of worker i with a = (-3, 2, 2) and its shifts (Beznosikov et al. 2020, example 1).
// From x = (t, t, t) the largest slope of worker i is -11/2 t, of its own coordinate.
Configured three_parabolas() {
    return a_model(
        "formula",
        {{"parameters", entries_of({{"x", numbers({1, 1, 1})}})},
         {"loss", {std::string("s = inputs @ x\nsum(s*s) + dot(x, x)/4")}},
         {"data",
          {a_data_set("table", {{"x", rows({{-3, 2, 2}, {2, -3, 2}, {2, 2, -3}})}, {"y", rows({{0}, {0}, {0}})}})}}});
}

// Weight 0 is pushed to and fro, weight 1 always a little the same way.
Configured seesaw(double small) {
    return a_model(
        "quadratic",
        {{"curvature", numbers({0, 0})}, {"init", numbers({0, 0})}, {"noise_table", rows({{1, small}, {-1, small}})}});
}

// The share of weight 1's steps that arrived, with the error buffer in `format`.
double delivered(double small, const std::string& format, int steps) {
    RunSpec spec = spec_of(seesaw(small), ef_sgd(top(1), 0x1p-4));
    spec.precision[Role::worker_error] = rounding_to(format);
    return -weights_after(spec, steps)[1] / (0x1p-4 * small * steps);
}

}  // namespace

TEST_CASE("compressed_sgd rounds every operation as its role says, in the stated order") {
    const std::string preset =
        GENERATE(std::string("fp32"), std::string("fp16"), std::string("bf16"), std::string("fp16_pure"));
    const bool in_steps = GENERATE(true, false);
    const double lr = 0.03, decay = 0.0625;
    const Bowl bowl;
    const Roles r = roles_of(preset);
    const Narrow &u = r.update, &comm = r.gradient;  // `comm` and `gradient` have one format in these presets
    std::vector<NamedValue> given = {{"weight_decay", {decay}}};
    if (!in_steps) given.push_back(in_gradients);
    BuiltRun run(spec_of(bowl.model(), ef_sgd(top(2), lr, given), preset), 1);
    std::vector<double> w, e(bowl.init.size(), 0.0);
    for (double x : bowl.init) w.push_back(r.master(x));
    for (int t = 0; t < 60; ++t) {
        INFO(preset << ", step " << t);
        run.step();
        std::vector<double> p, order;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const double slope = r.fused(bowl.curvature[i] * r.fused(r.weight(w[i]) - bowl.center[i]));
            const double g = u(r.gradient(r.fused(slope + bowl.noise_at(t)[i])) + u(r.hyper(decay) * w[i]));
            p.push_back(u((in_steps ? u(r.hyper(lr) * g) : u(g)) + e[i]));
            order.push_back(double(i));
        }
        std::stable_sort(order.begin(), order.end(), [&](double a, double b) {
            return std::fabs(p[std::size_t(a)]) > std::fabs(p[std::size_t(b)]);
        });
        for (std::size_t i = 0; i < w.size(); ++i) {
            const double sent = double(i) == order[0] || double(i) == order[1] ? comm(p[i]) : 0.0;
            w[i] = r.master(u(w[i] - (in_steps ? sent : u(r.hyper(lr) * sent))));
            e[i] = r.moment(u(p[i] - sent));
        }
        const std::vector<double> here = state(run, has_state(run, "master[0]") ? "master[0]" : "weight");
        for (std::size_t i = 0; i < w.size(); ++i) REQUIRE(here[i] == w[i]);
        for (std::size_t i = 0; i < w.size(); ++i) REQUIRE(state(run, "worker_error[0]")[i] == e[i]);
    }
}

TEST_CASE("with signs, one worker and no zeros it is ef_signsgd, to the bit") {
    for (const char* preset : {"fp32", "fp16_pure"}) {
        const Configured model = Bowl().model();
        CHECK(weights_after(spec_of(model, ef_sgd(a_compressor("sign"), 0.03), preset), 60) ==
              weights_after(spec_of(model, an_optimizer("ef_signsgd", {{"lr", {0.03}}}), preset), 60));
    }
}

TEST_CASE("where everything is sent it is sgd, to the bit") {
    for (const Configured& all :
         {a_compressor("identity"), top(7), a_compressor("random_k", {{"k", {std::int64_t{7}}}})})
        for (const int workers : {1, 3})
            for (const bool feedback : {true, false}) {
                INFO(all.kind << ", " << workers << " workers");
                std::vector<NamedValue> given;
                if (!feedback) given.push_back(without_feedback);
                RunSpec spec = spec_of(Bowl().model(), ef_sgd(all, 0.25, given), "fp32", workers);
                // lr is a power of two: to average before or after the product with it is the same.
                CHECK(
                    weights_after(spec, 60) ==
                    weights_after(spec_of(Bowl().model(), an_optimizer("sgd", {{"lr", {0.25}}}), "fp32", workers), 60));
                CHECK(has_state(BuiltRun(spec, 1), "worker_error[0]") == feedback);
            }
}

TEST_CASE("what the weights moved and what is left in the errors are the workers' steps") {
    // w - mean_r e_r = w0 - lr sum_t mean_r g, to rounding in binary64; in gradients, lr times the errors.
    const std::vector<std::vector<double>> noise = {{4, 1}, {-1, 0.5}, {-1, -2}, {-1, 0.25}, {0.5, 3}, {2, -1}};
    const Configured flat = a_model("quadratic", {{"curvature", numbers({0, 0})}, {"noise_table", rows(noise)}});
    for (const CompressorRow* row : compressors())
        for (const Configured& compressor : compressor_examples(row->schema.name))
            for (const bool in_steps : {true, false}) {
                INFO(compressor.kind);
                if (compressor.has("unbiased") && compressor.boolean("unbiased")) continue;  // errors grow
                std::vector<NamedValue> given;
                if (!in_steps) given.push_back(in_gradients);
                BuiltRun run(in_binary64(spec_of(flat, ef_sgd(compressor, 0.125, given), "fp32", 3)), 1);
                std::vector<double> total = {0, 0};
                for (int t = 0; t < 40; ++t) {
                    run.step();
                    for (std::size_t i = 0; i < 2; ++i) {
                        double error = 0;
                        for (int w = 0; w < 3; ++w) {
                            total[i] += 0.125 * noise[std::size_t(2 * w + t % 2)][i] / 3;
                            error += (in_steps ? 1 : 0.125) * state(run, "worker_error[0]", w)[i] / 3;
                        }
                        CHECK(std::fabs(weights(run)[i] - error - (1.0 - total[i])) < 1e-12);
                    }
                }
            }
}

TEST_CASE("errors in steps keep the learning rate they were made with, errors in gradients take the new one") {
    // Worker 1's coordinate waits: it is pushed once, then nothing else is.
    const Configured once =
        a_model("quadratic", {{"curvature", numbers({0, 0})}, {"noise_table", rows({{4, 3}, {0, 0}})}});
    const auto second = [&](bool in_steps) {
        std::vector<NamedValue> given;
        if (!in_steps) given.push_back(in_gradients);
        RunSpec spec = spec_of(once, ef_sgd(top(1), 1.0, given));
        spec.lr_values = {0.5, 0.125};
        return weights_after(spec, 2);
    };
    CHECK(second(true) == std::vector<double>{1 - 0.5 * 4, 1 - 0.5 * 3});
    CHECK(second(false) == std::vector<double>{1 - 0.5 * 4, 1 - 0.125 * 3});
}

TEST_CASE("top-1 without error feedback diverges as (1 + 11 lr/6)^k, with it it converges") {
    for (const double lr : {0.01, 0.1}) {
        const std::vector<double> x = weights_after(
            in_binary64(spec_of(three_parabolas(), ef_sgd(top(1), lr, {without_feedback}), "fp32", 3)), 100);
        const double expected = std::pow(1 + 11 * lr / 6, 100);
        for (const double v : x) CHECK(std::fabs(v / expected - 1) <= 1e-9);
    }
    for (const bool in_steps : {true, false}) {
        std::vector<NamedValue> given;
        if (!in_steps) given.push_back(in_gradients);
        for (const double v :
             weights_after(in_binary64(spec_of(three_parabolas(), ef_sgd(top(1), 0.01, given), "fp32", 3)), 2000))
            CHECK(std::fabs(v) < 1e-8);
    }
    for (const double v :
         weights_after(spec_of(three_parabolas(), ef_sgd(top(1), 0.1, {without_feedback}), "fp16_pure", 3), 80))
        CHECK_FALSE(std::isfinite(v));
}

TEST_CASE("a narrow error buffer swamps what waits in it: top-1 never sends a small steady coordinate") {
    CHECK(delivered(0x1p-9, "bf16", 4000) == 0.0);
    CHECK(delivered(0x1p-9, "fp16", 4000) > 0.85);
    CHECK(delivered(0x1p-9, "fp32", 4000) > 0.85);
    CHECK(delivered(0x1p-12, "fp16", 20000) == 0.0);
    CHECK(delivered(0x1p-12, "fp32", 20000) > 0.8);
}

TEST_CASE("the bytes of a run are those of its messages, and one worker sends nothing") {
    const auto sent = [](const Configured& compressor, int workers, const std::string& preset) {
        BuiltRun run(spec_of(Bowl().model(), ef_sgd(compressor, 0.01), preset, workers), 1);
        run.step();
        run.step();
        return run.bytes_sent();
    };
    CHECK(sent(top(2), 3, "fp32") == 2 * (2 * 4 + 2 * 4));
    CHECK(sent(top(2), 3, "fp16") == 2 * (2 * 2 + 2 * 4));
    CHECK(sent(a_compressor("random_k", {{"k", {std::int64_t{2}}}}), 3, "fp16") == 2 * (2 * 2));
    CHECK(sent(a_compressor("sign"), 3, "fp16") == 2 * (1 + 4));
    CHECK(sent(a_compressor("identity"), 3, "fp32") == 2 * (7 * 4));
    CHECK(sent(top(2), 1, "fp32") == 0);
}

TEST_CASE("a skipped step leaves the errors as they were") {
    RunSpec spec = spec_of(Bowl().model(), ef_sgd(top(1), 0.01), "fp16", 3);
    spec.loss_scale = a_loss_scaler("torch");
    spec.injections = {{3, 1, 2, HUGE_VAL}};
    BuiltRun run(spec, 1);
    for (int t = 0; t < 3; ++t) run.step();
    const std::vector<double> before = state(run, "worker_error[0]", 1), w = weights(run);
    run.step();
    CHECK(state(run, "worker_error[0]", 1) == before);
    CHECK(weights(run) == w);
    run.step();
    CHECK(weights(run) != w);
}
