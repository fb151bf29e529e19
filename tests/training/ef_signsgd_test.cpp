// Sign steps with error feedback: the stated order of operations, and what the feedback is for.
#include <cmath>

#include "bowl.hpp"
#include "catch.hpp"
#include "narrow.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

double sign_of(double x) {
    return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
}

Configured flat(const std::vector<std::vector<double>>& noise) {
    return a_model("quadratic", {{"curvature", numbers({0, 0})}, {"noise_table", rows(noise)}});
}

}  // namespace

TEST_CASE("ef_signsgd rounds every operation as its role says, in the stated order") {
    const std::string preset =
        GENERATE(std::string("fp32"), std::string("fp16"), std::string("bf16"), std::string("fp16_pure"));
    const double lr = 0.03, decay = 0.0625;
    const Bowl bowl;
    const Roles r = roles_of(preset);
    const Narrow& u = r.update;
    BuiltRun run(spec_of(bowl.model(), an_optimizer("ef_signsgd", {{"lr", {lr}}, {"weight_decay", {decay}}}), preset),
                 1);
    std::vector<double> w, e(bowl.init.size(), 0.0);
    for (double x : bowl.init) w.push_back(r.master(x));
    for (int t = 0; t < 60; ++t) {
        INFO(preset << ", step " << t);
        run.step();
        std::vector<double> p;
        double sum = 0.0;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const double slope = r.fused(bowl.curvature[i] * r.fused(r.weight(w[i]) - bowl.center[i]));
            const double g = u(r.gradient(r.fused(slope + bowl.noise_at(t)[i])) + u(r.hyper(decay) * w[i]));
            p.push_back(u(u(r.hyper(lr) * g) + e[i]));
            sum = u(sum + std::fabs(p[i]));  // `accumulator` and `update` have one format in these presets
        }
        const double scale = u(sum / u(double(w.size())));
        for (std::size_t i = 0; i < w.size(); ++i) {
            const double delta = u(scale * sign_of(p[i]));
            w[i] = r.master(u(w[i] - delta));
            e[i] = r.moment(u(p[i] - delta));
        }
        const std::vector<double> here = state(run, has_state(run, "master[0]") ? "master[0]" : "weight");
        for (std::size_t i = 0; i < w.size(); ++i) REQUIRE(here[i] == w[i]);
        for (std::size_t i = 0; i < w.size(); ++i) REQUIRE(state(run, "worker_error[0]")[i] == e[i]);
    }
}

TEST_CASE("what was stepped and what was left out add up to the gradients") {
    // w + (-e) = w0 - lr sum g, in the paper's proof; to rounding in binary64.
    RunSpec spec =
        spec_of(flat({{4, 1}, {-1, 0.5}, {-1, -2}, {-1, 0.25}}), an_optimizer("ef_signsgd", {{"lr", {0.1}}}));
    spec.arithmetic = Arithmetic::binary64;
    BuiltRun run(spec, 1);
    const double noise[4][2] = {{4, 1}, {-1, 0.5}, {-1, -2}, {-1, 0.25}};
    std::vector<double> total = {0, 0};
    for (int t = 0; t < 40; ++t) {
        run.step();
        for (std::size_t i = 0; i < 2; ++i) {
            total[i] += 0.1 * noise[t % 4][i];
            CHECK(std::fabs(weights(run)[i] - state(run, "worker_error[0]")[i] - (1.0 - total[i])) < 1e-13);
        }
    }
}

TEST_CASE("error feedback follows the mean gradient where the signs point the other way") {
    // Karimireddy et al. 2019, counterexample 1: the mean of 4, -1, -1, -1 is positive.
    const Configured model = flat({{4, 0.25}, {-1, 0.25}, {-1, 0.25}, {-1, 0.25}});
    const auto first = [&](const char* kind) {
        return weights_after(spec_of(model, an_optimizer(kind, {{"lr", {0.01}}})), 400)[0];
    };
    CHECK(first("signsgd") > 2.5);
    CHECK(first("ef_signsgd") < 0.25);
}

TEST_CASE("the error of ef_signsgd is a metric, for one worker as for several") {
    class Discard final : public Sink {
    public:
        void step(const StepRecord& record, const Snapshot&) override {
            for (const auto& [name, value] : record.series) seen = seen || name == "worker_error_norm";
        }
        bool seen = false;
    };
    for (const int workers : {1, 3}) {
        RunSpec spec = spec_of(Bowl().model(), an_optimizer("ef_signsgd"), "fp32", workers);
        spec.steps = 20;
        Discard sink;
        const RunSummary summary = simulate(spec, 1, sink);
        CHECK(sink.seen);
        for (const auto& [name, value] : summary.metrics) {
            if (name == "final_worker_error_norm") CHECK(value > 0);
            if (name == "final_server_error_norm") CHECK(std::isnan(value));
        }
    }
}
