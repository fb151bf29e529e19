// Optimizers beside loops in plain binary32, written from the formulas of their files, to the bit.
// (-ffp-contract=off: one rounding an operation.)
#include <cmath>
#include <functional>

#include "bowl.hpp"
#include "catch.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr int steps = 60;

// One step of one weight: t counts from 1, n weights in all, `mean_magnitude` of the gradient.
struct Element {
    float w, m = 0, v = 0, largest_v = 0;
};
struct StepContext {
    int t;
    float mean_magnitude;
};
using Rule = std::function<void(Element&, float g, const StepContext&)>;

float gradient(const Bowl& bowl, int t, std::size_t i, float w) {
    const float distance = w - float(bowl.center[i]);
    const float slope = float(bowl.curvature[i]) * distance;
    return slope + float(bowl.noise_at(t)[i]);
}

void compare(const Configured& optimizer, const Rule& rule) {
    const Bowl bowl;
    BuiltRun run(spec_of(bowl.model(), optimizer), 1);
    std::vector<Element> slow;
    for (double w : bowl.init) slow.push_back({float(w)});
    for (int t = 0; t < steps; ++t) {
        INFO(optimizer.kind << ", step " << t);
        run.step();
        std::vector<float> g;
        float magnitude = 0.0f;
        for (std::size_t i = 0; i < slow.size(); ++i) {
            g.push_back(gradient(bowl, t, i, slow[i].w));
            magnitude = magnitude + std::fabs(g[i]);
        }
        for (std::size_t i = 0; i < slow.size(); ++i) rule(slow[i], g[i], {t + 1, magnitude / float(slow.size())});
        const std::vector<double> here = weights(run);
        for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(float(here[i]) == slow[i].w);
        if (!has_state(run, "exp_avg[0]")) continue;
        for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(float(state(run, "exp_avg[0]")[i]) == slow[i].m);
        if (!has_state(run, "exp_avg_sq[0]")) continue;
        for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(float(state(run, "exp_avg_sq[0]")[i]) == slow[i].v);
        if (!has_state(run, "max_exp_avg_sq[0]")) continue;
        for (std::size_t i = 0; i < slow.size(); ++i)
            REQUIRE(float(state(run, "max_exp_avg_sq[0]")[i]) == slow[i].largest_v);
    }
    // Something happened: the loops did not agree on doing nothing.
    CHECK(std::fabs(slow[0].w - float(bowl.init[0])) > 0.01f);
}

constexpr double lr = 0.03, decay = 0.07, beta1 = 0.9, beta2 = 0.99, eps = 1e-6;

// The moments of Adam, constants formed in binary64 and rounded once.
void moments(Element& e, float g) {
    e.m = float(beta1) * e.m + float(1.0 - beta1) * g;
    const float square = float(1.0 - beta2) * g * g;
    e.v = float(beta2) * e.v + square;
}

std::vector<NamedValue> adam_options() {
    return {{"lr", {lr}}, {"beta1", {beta1}}, {"beta2", {beta2}}, {"eps", {eps}}, {"weight_decay", {decay}}};
}

}  // namespace

TEST_CASE("sgd equals a binary32 loop to the bit") {
    compare(an_optimizer("sgd", {{"lr", {lr}}, {"weight_decay", {decay}}}), [](Element& e, float g, const auto&) {
        g = g + float(decay) * e.w;
        e.w = e.w - float(lr) * g;
    });
}

TEST_CASE("momentum equals a binary32 loop to the bit") {
    const bool nesterov = GENERATE(false, true);
    const double dampening = GENERATE(0.0, 0.25);
    compare(an_optimizer("momentum", {{"lr", {lr}},
                                      {"momentum", {0.85}},
                                      {"dampening", {dampening}},
                                      {"nesterov", {nesterov}},
                                      {"weight_decay", {decay}}}),
            [&](Element& e, float g, const auto&) {
                g = g + float(decay) * e.w;
                const float share = dampening > 0 ? float(1.0 - dampening) * g : g;
                e.m = float(0.85) * e.m + share;
                const float ahead = float(0.85) * e.m;
                e.w = e.w - float(lr) * (nesterov ? g + ahead : e.m);
            });
}

TEST_CASE("adam and adamw equal a binary32 loop to the bit, with and without bias correction") {
    const std::string kind = GENERATE("adam", "adamw");
    const bool corrected = GENERATE(true, false);
    std::vector<NamedValue> options = adam_options();
    options.push_back({"bias_correction", {corrected}});
    double power1 = 1.0, power2 = 1.0;
    int last = 0;
    compare(an_optimizer(kind, options), [&](Element& e, float g, const StepContext& c) {
        if (c.t != last) power1 *= beta1, power2 *= beta2, last = c.t;
        if (kind == "adam") g = g + float(decay) * e.w;
        moments(e, g);
        const float mean = corrected ? e.m / float(1.0 - power1) : e.m;
        const float square = corrected ? e.v / float(1.0 - power2) : e.v;
        float u = mean / (std::sqrt(square) + float(eps));
        if (kind == "adamw") u = u + float(decay) * e.w;
        e.w = e.w - float(lr) * u;
    });
}

TEST_CASE("fused_adam equals a binary32 loop to the bit, in both modes, with and without bias correction") {
    const bool decoupled = GENERATE(true, false), corrected = GENERATE(true, false);
    std::vector<NamedValue> options = adam_options();
    options.push_back({"adam_w_mode", {decoupled}});
    options.push_back({"bias_correction", {corrected}});
    const float b1 = float(beta1), b2 = float(beta2), c1 = 1.0f - b1, c2 = 1.0f - b2;
    REQUIRE(c1 != float(1.0 - beta1));
    compare(an_optimizer("fused_adam", options), [&](Element& e, float g, const StepContext& c) {
        if (!decoupled) g = g + float(decay) * e.w;
        e.m = b1 * e.m + c1 * g;
        e.v = b2 * e.v + (c2 * g) * g;
        const float k1 = corrected ? float(1.0 - std::pow(double(b1), c.t)) : 1.0f;
        const float k2 = corrected ? float(1.0 - std::pow(double(b2), c.t)) : 1.0f;
        float u = (e.m / k1) / (std::sqrt(e.v / k2) + float(eps));
        if (decoupled) u = u + float(decay) * e.w;
        e.w = e.w - float(lr) * u;
    });
}

TEST_CASE("amsgrad equals a binary32 loop to the bit, as torch has it and as the paper has it") {
    const bool corrected = GENERATE(true, false);
    std::vector<NamedValue> options = adam_options();
    options.push_back({"bias_correction", {corrected}});
    double power1 = 1.0, power2 = 1.0;
    int last = 0, held = 0;
    compare(an_optimizer("amsgrad", options), [&](Element& e, float g, const StepContext& c) {
        if (c.t != last) power1 *= beta1, power2 *= beta2, last = c.t;
        g = g + float(decay) * e.w;
        moments(e, g);
        if (e.v > e.largest_v)
            e.largest_v = e.v;
        else
            ++held;
        const float mean = corrected ? e.m / float(1.0 - power1) : e.m;
        const float square = corrected ? e.largest_v / float(1.0 - power2) : e.largest_v;
        e.w = e.w - float(lr) * (mean / (std::sqrt(square) + float(eps)));
    });
    CHECK(held > 50);  // or it would have been Adam
}

TEST_CASE("1 - beta can be formed from the rounded beta, which gives other bits") {
    const std::string kind = GENERATE("adam", "adamw", "amsgrad");
    INFO(kind);
    const float b1 = float(beta1), b2 = float(beta2);
    CHECK(1.0f - b1 != float(1.0 - beta1));
    CHECK(1.0f - b2 != float(1.0 - beta2));
    std::vector<NamedValue> options = adam_options();
    options.push_back({"one_minus_beta", {std::string("hyper")}});
    options.push_back({"bias_correction", {false}});
    compare(an_optimizer(kind, options), [&](Element& e, float g, const StepContext&) {
        if (kind != "adamw") g = g + float(decay) * e.w;
        e.m = b1 * e.m + (1.0f - b1) * g;
        const float square = (1.0f - b2) * g * g;
        e.v = b2 * e.v + square;
        e.largest_v = std::max(e.largest_v, e.v);
        float u = e.m / (std::sqrt(kind == "amsgrad" ? e.largest_v : e.v) + float(eps));
        if (kind == "adamw") u = u + float(decay) * e.w;
        e.w = e.w - float(lr) * u;
    });
}

TEST_CASE("signsgd equals a binary32 loop to the bit, plain and scaled") {
    const bool scaled = GENERATE(false, true);
    compare(an_optimizer("signsgd", {{"lr", {lr}}, {"scaled", {scaled}}, {"weight_decay", {decay}}}),
            [&](Element& e, float g, const StepContext& c) {
                float step = g > 0 ? 1.0f : g < 0 ? -1.0f : 0.0f;
                if (scaled) step = c.mean_magnitude * step;
                step = step + float(decay) * e.w;
                e.w = e.w - float(lr) * step;
            });
}

TEST_CASE("the warm-up of 1-bit Adam is Adam without bias correction, to the bit") {
    std::vector<NamedValue> options = adam_options();
    options.push_back({"freeze_step", {std::int64_t{1000}}});
    compare(an_optimizer("onebit_adam", options), [](Element& e, float g, const auto&) {
        moments(e, g);
        const float u = e.m / (std::sqrt(e.v) + float(eps)) + float(decay) * e.w;
        e.w = e.w + float(-lr) * u;
    });
}

TEST_CASE(
    "a worker alone under 0/1 Adam runs Adam without bias correction, then takes its moves back and makes them again") {
    std::vector<NamedValue> options = adam_options();
    options.push_back({"var_freeze_step", {std::int64_t{20}}});
    options.push_back({"var_update_scaler", {std::int64_t{1000}}});
    options.push_back({"local_step_clipper", {std::int64_t{1}}});
    compare(an_optimizer("zero_one_adam", options), [](Element& e, float g, const StepContext& c) {
        const bool frozen = c.t > 21;
        const float before = e.v;
        moments(e, g);
        if (frozen) e.v = before;
        const float root = std::sqrt(e.v) + float(eps);
        const float d = float(-lr) * (e.m / root + float(decay) * e.w);
        e.w = e.w + d;
        if (!frozen) return;
        e.w = e.w - (0.0f + d);
        const float q = (0.0f + d) * root;
        e.m = 0.0f - q / float(lr);
        e.w = e.w + q / root;
    });
}

TEST_CASE("after the warm-up of 1-bit Adam the variance is frozen and nothing else changes for one worker") {
    std::vector<NamedValue> options = adam_options();
    options.push_back({"freeze_step", {std::int64_t{20}}});
    compare(an_optimizer("onebit_adam", options), [](Element& e, float g, const StepContext& c) {
        const float frozen = e.v;
        moments(e, g);
        if (c.t > 20) e.v = frozen;
        const float u = e.m / (std::sqrt(e.v) + float(eps)) + float(decay) * e.w;
        e.w = e.w + float(-lr) * u;
    });
}
