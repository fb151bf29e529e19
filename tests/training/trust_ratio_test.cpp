// LAMB beside a loop in plain binary32: it is no rule of one element, because of its norms.
#include <cmath>

#include "bowl.hpp"
#include "catch.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// Squares exact in binary64, added in index order, the sum and its root rounded to binary32.
float norm(const std::vector<float>& x) {
    double sum = 0.0;
    for (float e : x) sum += double(e) * double(e);
    return std::sqrt(float(sum));
}

}  // namespace

TEST_CASE("lamb equals a binary32 loop to the bit, wherever eps stands and with or without bias correction") {
    const bool inside = GENERATE(false, true), corrected = GENERATE(true, false);
    const double most = GENERATE(1e3, 0.25);
    const float b1 = 0.9f, b2 = 0.99f, c1 = 1.0f - b1, c2 = 1.0f - b2, eps = 1e-6f, decay = 0.07f, lr = 0.03f;
    const Bowl bowl;
    BuiltRun run(spec_of(bowl.model(), an_optimizer("lamb", {{"lr", {0.03}},
                                                             {"beta1", {0.9}},
                                                             {"beta2", {0.99}},
                                                             {"eps", {1e-6}},
                                                             {"weight_decay", {0.07}},
                                                             {"eps_inside_sqrt", {inside}},
                                                             {"bias_correction", {corrected}},
                                                             {"max_coeff", {most}}})),
                 1);
    std::vector<float> w(bowl.init.begin(), bowl.init.end()), m(w.size(), 0.0f), v(m), u(m);
    bool bounded = false;
    for (int t = 0; t < 60; ++t) {
        INFO("step " << t);
        run.step();
        for (std::size_t i = 0; i < w.size(); ++i) {
            const float slope = float(bowl.curvature[i]) * (w[i] - float(bowl.center[i]));
            const float g = slope + float(bowl.noise_at(t)[i]);
            m[i] = b1 * m[i] + c1 * g;
            v[i] = b2 * v[i] + (c2 * g) * g;
            u[i] = m[i] / (inside ? std::sqrt(v[i] + eps) : std::sqrt(v[i]) + eps) + decay * w[i];
        }
        float coefficient = norm(w) / norm(u);
        bounded = bounded || coefficient > float(most);
        coefficient = std::max(std::min(coefficient, float(most)), 0.01f);
        const float k1 = float(1.0 - std::pow(double(b1), t + 1)), k2 = float(1.0 - std::pow(double(b2), t + 1));
        const float size = corrected ? float(double(lr) * std::sqrt(double(k2)) / double(k1)) : lr;
        for (std::size_t i = 0; i < w.size(); ++i) w[i] = w[i] - (size * coefficient) * u[i];
        const std::vector<double> here = weights(run);
        for (std::size_t i = 0; i < w.size(); ++i) REQUIRE(float(here[i]) == w[i]);
        CHECK(state(run, "lamb_coeffs[0]")[0] == double(coefficient));
    }
    CHECK(bounded == (most < 1.0));
}
