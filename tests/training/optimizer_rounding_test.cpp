// sgd and adam in the 16-bit presets beside a loop that computes each operation in binary64 and
// rounds it as the role of that operation says. Binary64 has more than twice the bits of binary32,
// so rounding to it first changes nothing (Figueroa 1995).
#include <cmath>

#include "bowl.hpp"
#include "catch.hpp"
#include "narrow.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

struct Element {
    double master, m = 0, v = 0;
};

template <class Rule>
void compare(const std::string& preset, const Configured& optimizer, Rule rule) {
    const Bowl bowl;
    const Roles r = roles_of(preset);
    BuiltRun run(spec_of(bowl.model(), optimizer, preset), 1);
    std::vector<Element> slow;
    for (double w : bowl.init) slow.push_back({r.master(w)});
    for (int t = 0; t < 60; ++t) {
        INFO(preset << ", " << optimizer.kind << ", step " << t);
        run.step();
        for (std::size_t i = 0; i < slow.size(); ++i) {
            const double distance = r.fused(r.weight(slow[i].master) - bowl.center[i]);
            const double slope = r.fused(bowl.curvature[i] * distance);
            rule(r, slow[i], r.gradient(r.fused(slope + bowl.noise_at(t)[i])), t + 1);
        }
        const std::vector<double> here = weights(run);
        for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(here[i] == r.weight(slow[i].master));
        if (has_state(run, "master[0]"))
            for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(state(run, "master[0]")[i] == slow[i].master);
    }
    CHECK(std::fabs(slow[0].master - bowl.init[0]) > 0.01);
}

constexpr double lr = 0.03, decay = 0.07, beta1 = 0.9, beta2 = 0.99, eps = 1e-3;

std::string a_preset() {
    return GENERATE(std::string("fp32"), std::string("fp16"), std::string("bf16"), std::string("fp16_pure"));
}

}  // namespace

TEST_CASE("sgd rounds every operation as its role says in every preset") {
    compare(a_preset(), an_optimizer("sgd", {{"lr", {lr}}, {"weight_decay", {decay}}}),
            [](const Roles& r, Element& e, double g, int) {
                const Narrow& u = r.update;
                g = u(g + u(r.hyper(decay) * e.master));
                e.master = r.master(u(e.master - u(r.hyper(lr) * g)));
            });
}

TEST_CASE("adam rounds every operation as its role says in every preset") {
    const std::vector<NamedValue> options = {{"lr", {lr}}, {"beta1", {beta1}}, {"beta2", {beta2}}, {"eps", {eps}}};
    compare(a_preset(), an_optimizer("adam", options), [](const Roles& r, Element& e, double g, int t) {
        const Narrow& u = r.update;
        double power1 = 1.0, power2 = 1.0;
        for (int k = 0; k < t; ++k) power1 *= beta1, power2 *= beta2;
        e.m = r.moment(u(u(r.hyper(beta1) * e.m) + u(r.hyper(1.0 - beta1) * g)));
        e.v = r.moment(u(u(r.hyper(beta2) * e.v) + u(u(r.hyper(1.0 - beta2) * g) * g)));
        const double mean = u(e.m / r.hyper(1.0 - power1)), square = u(e.v / r.hyper(1.0 - power2));
        const double step = u(mean / u(u(std::sqrt(square)) + r.hyper(eps)));
        e.master = r.master(u(e.master - u(r.hyper(lr) * step)));
    });
}

TEST_CASE("a moment is computed in the role of the update and stored in its own") {
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers({1.0})}, {"init", {1.0}}}),
                           an_optimizer("adam", {{"lr", {0.0}}}));
    spec.precision[Role::exp_avg] = rounding_to("bf16");
    BuiltRun run(spec, 1);
    double m = 0.0, in_bf16 = 0.0;
    bool differ = false;  // from computing in bf16 as well
    for (int t = 0; t < 20; ++t) {
        run.step();
        m = bf16(fp32(fp32(fp32(0.9) * m) + fp32(1.0 - 0.9)));
        in_bf16 = bf16(bf16(fp32(0.9) * in_bf16) + bf16(fp32(1.0 - 0.9)));
        differ = differ || m != in_bf16;
        REQUIRE(state(run, "exp_avg[0]")[0] == m);
    }
    CHECK(differ);
}
