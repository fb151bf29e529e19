// Update rules written as text, against the built-in optimizers: the same bits in every preset, with
// one worker and four, with the loss scaled.
#include <cmath>

#include "bowl.hpp"
#include "catch.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Configured a_formula(const std::string& update, std::vector<NamedValue> state = {},
                     std::vector<NamedValue> constants = {}, std::vector<NamedValue> more = {}) {
    more.push_back({"update", {update}});
    more.push_back({"state", entries_of(std::move(state))});
    more.push_back({"constants", entries_of(std::move(constants))});
    return an_optimizer("formula", std::move(more));
}

struct Setting {
    std::string preset;
    int workers;
    bool scaled;
};

// Noise and curvatures of a network: three layers, four tensors, batches, values of every magnitude.
RunSpec training_of(const Configured& optimizer, const Setting& s) {
    const Configured data = a_data_set("spirals", {{"samples", {std::int64_t(64)}}});
    RunSpec spec =
        spec_of(a_model("mlp", {{"layers", integers({2, 8, 2})}, {"data", {data}}}), optimizer, s.preset, s.workers);
    spec.batch = 8;
    if (s.scaled) {
        spec.loss_scale =
            a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t(18)}}, {"window", {std::int64_t(5)}}});
        spec.injections = {{7, 0, 3, INFINITY}, {23, s.workers - 1, 0, std::nan("")}};
    }
    return spec;
}

// Steps both and compares all weights, the loss, the scale, and the states listed as pairs of names.
void check_equal(const Configured& formula, const Configured& built_in,
                 const std::vector<std::pair<std::string, std::string>>& states = {}, int steps = 40) {
    for (const char* preset : {"fp32", "fp16", "bf16", "fp16_pure", "bf16_pure"})
        for (const int workers : {1, 4})
            for (const bool scaled : {false, true}) {
                INFO(preset << ", " << workers << " workers" << (scaled ? ", scaled" : ""));
                const Setting setting{preset, workers, scaled};
                BuiltRun a(training_of(formula, setting), 1), b(training_of(built_in, setting), 1);
                int skipped = 0;
                for (int t = 0; t < steps; ++t) {
                    a.step();
                    b.step();
                    INFO("step " << t);
                    REQUIRE(weights(a) == weights(b));
                    REQUIRE(host(a, a.handles().loss) == host(b, b.handles().loss));
                    REQUIRE(host(a, a.handles().loss_scale_next) == host(b, b.handles().loss_scale_next));
                    REQUIRE(host(a, a.handles().grads_averaged) == host(b, b.handles().grads_averaged));
                    for (const auto& [mine, its] : states)
                        for (int k = 0; k < 4; ++k) {
                            const std::string suffix = "[" + std::to_string(k) + "]";
                            for (int w = 0; w < (mine == "worker_error" ? workers : 1); ++w)
                                REQUIRE(state(a, mine + suffix, w) == state(b, its + suffix, w));
                        }
                    skipped += host(a, a.handles().skipped) != 0.0 ? 1 : 0;
                }
                CHECK((skipped > 0) == scaled);
                // Both might be equal because nothing moves.
                CHECK(weights(a) != weights(BuiltRun(training_of(formula, setting), 1)));
            }
}

// eps of 1e-8 is zero in fp16; no run may be equal because it is all NaN.
const double eps = 1e-4;

const NamedValue c1 = {"c1", {std::string("1 - beta1")}}, c2 = {"c2", {std::string("1 - beta2")}};

}  // namespace

TEST_CASE("SGD as text has the bits of the built-in SGD") {
    const double lr = 0.05;
    check_equal(a_formula("w = w - lr*g", {}, {}, {{"lr", {lr}}}), an_optimizer("sgd", {{"lr", {lr}}}));
}

TEST_CASE("SGD with weight decay as text has the bits of the built-in one") {
    const double lr = 0.05, decay = 0.03;
    check_equal(a_formula("w = w - lr*(g + weight_decay*w)", {}, {}, {{"lr", {lr}}, {"weight_decay", {decay}}}),
                an_optimizer("sgd", {{"lr", {lr}}, {"weight_decay", {decay}}}));
}

TEST_CASE("momentum as text has the bits of the built-in one, heavy ball and Nesterov's") {
    const double lr = 0.02, decay = 0.01;
    const std::vector<NamedValue> options = {{"lr", {lr}}, {"momentum", {0.8}}, {"weight_decay", {decay}}};
    std::vector<NamedValue> built_in = options;
    check_equal(
        a_formula("g = g + weight_decay*w; buf = momentum*buf + g; w = w - lr*buf", {{"buf", {0.0}}}, {}, options),
        an_optimizer("momentum", built_in), {{"buf", "exp_avg"}});
    built_in.push_back({"nesterov", {true}});
    check_equal(a_formula("g = g + weight_decay*w\nbuf = momentum*buf + g\nw -= lr*(g + momentum*buf)",
                          {{"buf", {0.0}}}, {}, options),
                an_optimizer("momentum", built_in), {{"buf", "exp_avg"}});
}

TEST_CASE("dampening as text has the bits of the built-in one") {
    const std::vector<NamedValue> options = {{"lr", {0.02}}, {"momentum", {0.8}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"dampening", {0.25}});
    check_equal(a_formula("buf = momentum*buf + share*g\nw = w - lr*buf", {{"buf", {0.0}}},
                          {{"dampening", {0.25}}, {"share", {std::string("1 - dampening")}}}, options),
                an_optimizer("momentum", built_in), {{"buf", "exp_avg"}});
}

TEST_CASE("Adam as text has the bits of the built-in one, bias correction and weight decay included") {
    const std::vector<NamedValue> options = {{"lr", {0.01}}, {"eps", {eps}}, {"weight_decay", {0.02}}};
    const std::string text = R"(
        g = g + weight_decay*w                  # L2
        m = beta1*m + c1*g
        v = beta2*v + c2*g*g
        w = w - lr*((m/k1) / (sqrt(v/k2) + eps))
    )";
    check_equal(
        a_formula(text, {{"m", {0.0}}, {"v", {0.0}}},
                  {{"k1", {std::string("1 - beta1^t")}}, {"k2", {std::string("1 - beta2^t")}}, c1, c2}, options),
        an_optimizer("adam", options), {{"m", "exp_avg"}, {"v", "exp_avg_sq"}});
}

TEST_CASE("Adam with 1 - beta subtracted in its own arithmetic has the bits of the built-in one") {
    const std::vector<NamedValue> options = {{"lr", {0.01}}, {"eps", {eps}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"one_minus_beta", {std::string("hyper")}});
    const std::string text = R"(
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        w = w - lr*((m/k1) / (sqrt(v/k2) + eps))
    )";
    check_equal(a_formula(text, {{"m", {0.0}}, {"v", {0.0}}},
                          {{"k1", {std::string("1 - beta1^t")}}, {"k2", {std::string("1 - beta2^t")}}}, options),
                an_optimizer("adam", built_in), {{"m", "exp_avg"}, {"v", "exp_avg_sq"}});
}

TEST_CASE("AdamW without bias correction as text has the bits of the built-in one") {
    const std::vector<NamedValue> options = {{"lr", {0.01}}, {"eps", {eps}}, {"weight_decay", {0.02}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"bias_correction", {false}});
    check_equal(
        a_formula("m = beta1*m + c1*g; v = beta2*v + c2*g*g; u = m/(sqrt(v) + eps); w = w - lr*(u + weight_decay*w)",
                  {{"m", {0.0}}, {"v", {0.0}}}, {c1, c2}, options),
        an_optimizer("adamw", built_in), {{"m", "exp_avg"}, {"v", "exp_avg_sq"}});
}

TEST_CASE("AMSGrad as text has the bits of the built-in one") {
    const std::vector<NamedValue> options = {{"lr", {0.01}}, {"eps", {eps}}};
    const std::string text = R"(
        m = beta1*m + c1*g
        v = beta2*v + c2*g*g
        vhat = max(vhat, v)
        w = w - lr*((m/k1) / (sqrt(vhat/k2) + eps))
    )";
    check_equal(
        a_formula(text, {{"m", {0.0}}, {"v", {0.0}}, {"vhat", {0.0}}},
                  {c1, c2, {"k1", {std::string("1 - beta1^t")}}, {"k2", {std::string("1 - beta2^t")}}}, options),
        an_optimizer("amsgrad", options), {{"vhat", "max_exp_avg_sq"}});
}

TEST_CASE("sign steps as text have the bits of the built-in ones, scaled and with error feedback too") {
    const std::vector<NamedValue> options = {{"lr", {0.002}}};
    check_equal(a_formula("w = w - lr*sign(g)", {}, {}, options), an_optimizer("signsgd", options));
    std::vector<NamedValue> scaled = options;
    scaled.push_back({"scaled", {true}});
    check_equal(a_formula("w = w - lr*(mean(abs(g))*sign(g))", {}, {}, options), an_optimizer("signsgd", scaled));
    const std::string text = R"(
        p = lr*g + e
        delta = mean(abs(p))*sign(p)
        w = w - delta
        e = p - delta
    )";
    check_equal(a_formula(text, {{"e", {0.0}}}, {}, {{"lr", {0.05}}}), an_optimizer("ef_signsgd", {{"lr", {0.05}}}),
                {{"e", "worker_error"}});
}

TEST_CASE("1-bit Adam as text has the bits of the built-in one, in warm-up and compression") {
    const std::vector<NamedValue> options = {{"lr", {0.003}}, {"eps", {eps}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"freeze_step", {std::int64_t(9)}});
    const std::string text = R"(
        if t <= freeze_step {
            m = beta1*m + c1*g
            v = beta2*v + c2*g*g
        } else {
            m = compressed_all_reduce(round(beta1*m + c1*g_local, "exp_avg"))
        }
        w = w - lr*(m/(sqrt(v) + eps))
    )";
    check_equal(a_formula(text, {{"m", {0.0}}, {"v", {0.0}}}, {c1, c2, {"freeze_step", {9.0}}}, options),
                an_optimizer("onebit_adam", built_in), {{"m", "exp_avg"}, {"v", "exp_avg_sq"}});
}

TEST_CASE("1-bit Adam as text has the bits of the built-in one under DeepSpeed's 16-bit wrappers") {
    const std::vector<NamedValue> options = {{"lr", {0.003}}, {"eps", {eps}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"freeze_step", {std::int64_t(9)}});
    const Configured formula = a_formula(
        "if t <= 9 { m = beta1*m + c1*g; v = beta2*v + c2*g*g }\n"
        "else { m = compressed_all_reduce(beta1*m + c1*g_local) }\nw = w - lr*(m/(sqrt(v) + eps))",
        {{"m", {0.0}}, {"v", {0.0}}}, {c1, c2}, options);
    for (const char* preset : {"fp16", "bf16"}) {
        RunSpec text = training_of(formula, {preset, 4, preset == std::string("fp16")});
        // Left to itself the engine takes the unfused wrapper for an optimizer that it does not know.
        text.engine = an_engine("deepspeed", {{"wrapper", {preset + std::string("_fused")}}});
        RunSpec its = text;
        its.optimizer = an_optimizer("onebit_adam", built_in);
        BuiltRun a(text, 1), b(its, 1);
        for (int t = 0; t < 30; ++t) {
            INFO(preset << ", step " << t);
            a.step();
            b.step();
            REQUIRE(weights(a) == weights(b));
            REQUIRE(host(a, a.handles().skipped) == host(b, b.handles().skipped));
            REQUIRE(host(a, a.handles().grads_averaged) == host(b, b.handles().grads_averaged));
        }
        CHECK(host(a, a.handles().grads_averaged) == 0.0);
    }
}

TEST_CASE("a checkpoint gives every worker the states of worker 0 and empties the error buffers") {
    // DeepSpeed without wrapper: after a reload workers keep states of their own.
    const Configured formula =
        a_formula("e = g_local - g; w = w - lr*compressed_all_reduce(g_local)", {{"e", {0.0}}}, {}, {{"lr", {0.01}}});
    RunSpec spec = training_of(formula, {"fp32", 4, false});
    spec.engine = an_engine("deepspeed");
    spec.steps = 10;
    spec.reload_at = {5};
    BuiltRun run(spec, 1);
    for (int t = 0; t < 5; ++t) run.step();
    CHECK(state(run, "worker_error[0]", 1) != std::vector<double>(state(run, "worker_error[0]", 1).size(), 0.0));
    for (int t = 5; t < 10; ++t) run.step();
    for (double w : weights(run)) CHECK(std::isfinite(w));
    CHECK(weights(run, 0) == weights(run, 3));
}

TEST_CASE("the error buffers of compressed_all_reduce are those of 1-bit Adam") {
    const std::vector<NamedValue> options = {{"lr", {0.003}}, {"eps", {eps}}};
    std::vector<NamedValue> built_in = options;
    built_in.push_back({"freeze_step", {std::int64_t(3)}});
    const Configured formula = a_formula(
        "if t > 3 {\nm = compressed_all_reduce(beta1*m + c1*g_local)\n}\nelse { m = beta1*m + c1*g; v = beta2*v + "
        "c2*g*g }\n"
        "w = w - lr*(m/(sqrt(v) + eps))",
        {{"m", {0.0}}, {"v", {0.0}}}, {c1, c2}, options);
    const Setting setting{"fp32", 4, false};
    BuiltRun a(training_of(formula, setting), 1), b(training_of(an_optimizer("onebit_adam", built_in), setting), 1);
    for (int t = 0; t < 20; ++t) {
        a.step();
        b.step();
        for (const char* name : {"worker_error[0]", "server_error[2]"})
            for (int w = 0; w < a.machine().copies(a.machine().find_state(name)); ++w)
                REQUIRE(state(a, name, w) == state(b, name, w));
    }
    CHECK(state(a, "worker_error[0]") != std::vector<double>(state(a, "worker_error[0]").size(), 0.0));
}

TEST_CASE("local gradients are asked for on the first step where the first step reads them") {
    const Configured local = a_formula("w = w - lr*average(g_local)", {}, {}, {{"lr", {0.05}}});
    const Setting setting{"fp32", 4, false};
    BuiltRun a(training_of(local, setting), 1);
    for (int t = 0; t < 3; ++t) {
        a.step();
        CHECK(host(a, a.handles().grads_averaged) == 0.0);
    }
    // The mean is the same one, only taken later: without scaling nothing stands between.
    CHECK(weights(a) == weights_after(training_of(an_optimizer("sgd", {{"lr", {0.05}}}), setting), 3));
}

TEST_CASE("g is the average also on steps on which the gradients stay local") {
    const Configured both = a_formula("e = g_local - g\nw = w - lr*g", {{"e", {0.0}}}, {}, {{"lr", {0.05}}});
    const Setting setting{"fp32", 4, false};
    BuiltRun a(training_of(both, setting), 1);
    for (int t = 0; t < 3; ++t) a.step();
    CHECK(weights(a) == weights_after(training_of(an_optimizer("sgd", {{"lr", {0.05}}}), setting), 3));
    CHECK(a.machine().copies(a.machine().find_state("e[0]")) == 4);
    CHECK(state(a, "e[0]", 0) != state(a, "e[0]", 1));
}

TEST_CASE("a scalar state decides, from its value after the step before, which gradients the next one gets") {
    // Warm until the norm of the first moment falls below a bound, then local for good.
    const std::string text = R"(
        if frozen == 0 { m = beta1*m + c1*g } else { m = beta1*m + c1*average(g_local) }
        if t >= 4 { frozen = 1 }
        w = w - lr*m
    )";
    const std::vector<NamedValue> state_table = {{"m", {0.0}},
                                                 {"frozen", entries_of({{"init", {0.0}}, {"scalar", {true}}})}};
    BuiltRun a(training_of(a_formula(text, state_table, {c1}, {{"lr", {0.05}}}), {"fp32", 4, false}), 1);
    for (int t = 1; t <= 8; ++t) {
        a.step();
        CHECK(host(a, a.handles().grads_averaged) == (t <= 4 ? 1.0 : 0.0));
    }
    CHECK(state(a, "frozen[0]") == std::vector<double>{1.0});
}

TEST_CASE("constants that depend on lr follow its schedule") {
    RunSpec spec = spec_of(Bowl().model(), a_formula("w = w - half*g", {}, {{"half", {std::string("lr/2")}}}));
    spec.lr_values = {0.5, 0.25};
    RunSpec sgd = spec_of(Bowl().model(), an_optimizer("sgd"));
    sgd.lr_values = {0.25, 0.125};
    CHECK(weights_after(spec, 5) == weights_after(sgd, 5));
}

TEST_CASE("t is 1 on the first step, and only applied steps count") {
    const Configured counts = a_formula("n = t; w = w - lr*g", {{"n", {0.0}}});
    RunSpec spec = training_of(counts, {"fp16", 1, true});
    BuiltRun run(spec, 1);
    int applied = 0;
    for (int i = 0; i < 12; ++i) {
        run.step();
        applied += host(run, run.handles().skipped) == 0.0 ? 1 : 0;
        CHECK(state(run, "n[0]")[0] == applied);
    }
    CHECK(applied < 12);
}

TEST_CASE("a local name keeps the value it was given when the state it came from is stored to") {
    const Configured formula = a_formula("old = m; m = g; w = w - lr*old", {{"m", {1.0}}}, {}, {{"lr", {0.5}}});
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers({2})}, {"init", numbers({3})}}), formula);
    CHECK(weights_after(spec, 1)[0] == 2.5);
    CHECK(weights_after(spec, 2)[0] == 2.5 - 0.5 * 6.0);
}
