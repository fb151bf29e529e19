// An overflow planted in every part of a step: what is told of it was worked out by hand.
#include <limits>

#include "planted.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Operands = std::vector<EventOperand>;

// Two inputs, one output, one sample: prediction = x . w + b.
RunSpec line_run(const std::vector<double>& x, double y, const std::vector<double>& w, const std::string& preset) {
    RunSpec spec = spec_of(
        a_model("linear_regression",
                {{"data", {a_data_set("table", {{"x", rows({x})}, {"y", rows({{y}})}})}}, {"init", numbers(w)}}),
        an_optimizer("sgd", {{"lr", {0.0}}}), preset);
    spec.steps = 3;
    return spec;
}

}  // namespace

TEST_CASE("a partial sum of the forward pass: which one, and what it added") {
    // 0 + 300*200 = 60,000, then + 200*100 = 20,000; fp16 ends at 65,504.
    const Event e = event_of(line_run({300, 200}, 0, {200, 100}, "fp16_pure"), "overflow");
    CHECK(e.step == 0);
    CHECK(e.worker == -1);
    CHECK(e.piece == "forward");
    CHECK(e.role == "accumulator");
    CHECK(e.operation == "matmul");
    CHECK(e.exact == 80000);
    CHECK(e.rounded == infinity);
    CHECK(e.format == "fp16");
    CHECK(e.limit == 65504);
    CHECK(e.operands ==
          Operands{{"the sum so far", 60000}, {"the next term", 20000}, {"inputs[0,1]", 200}, {"weight[1]", 100}});
    CHECK(
        e.sentence ==
        "step 0: a partial sum of the forward pass = 80,000 does not fit fp16, largest 65,504; it is partial sum 2 of "
        "2 of a matrix product, 60,000 + 20,000, and the term is inputs[0,1] x weight[1] = 200 x 100");
}

TEST_CASE("a product of the forward pass") {
    RunSpec spec = line_run({300, 256}, 0, {1, 2}, "fp32");
    spec.precision[Role::product] = rounding_to("fp8_e5m2");  // ends at 57,344; 256 * 2 = 512 fits
    spec.model.set("init", numbers({1, 300}));
    const Event e = event_of(spec, "overflow");
    CHECK(e.role == "product");
    CHECK(e.exact == 76800);
    CHECK(e.operands == Operands{{"inputs[0,1]", 256}, {"weight[1]", 300}});
    CHECK(
        e.sentence ==
        "step 0: a product of the forward pass = 76,800 does not fit fp8_e5m2, largest 57,344; it is term 2 of 2 of a "
        "matrix product, inputs[0,1] x weight[1] = 256 x 300");
}

TEST_CASE("an activation that tanh swallows leaves no infinity behind, and is seen") {
    RunSpec spec =
        spec_of(a_model("mlp", {{"layers", integers({1, 1, 1})},
                                {"activation", {std::string("tanh")}},
                                {"init_scale", {0.0}},
                                {"data", {a_data_set("table", {{"x", rows({{300}})}, {"y", rows({{0}})}})}}}),
                an_optimizer("sgd", {{"lr", {0.0}}}), "fp16");
    spec.steps = 40;
    // The first layer's weight is driven up by its planted gradient: lr -1 times -400 = 400 a step.
    spec.lr_values = {1.0, 0.0};
    spec.injections = {{0, 0, 0, -400.0}};
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "overflow");  // 300 * 400 = 120,000
    CHECK(e.step == 1);
    CHECK(e.piece == "forward");
    CHECK(e.role == "activation");
    CHECK(e.operation == "matmul");
    CHECK(e.exact == 120000);
    CHECK(e.operands == Operands{{"inputs[0,0]", 300}, {"w1[0]", 400}});
    CHECK(
        e.sentence ==
        "step 1: an activation of the forward pass = 120,000 does not fit fp16, largest 65,504; it came from a matrix "
        "product, a sum of 1 of which the largest is inputs[0,0] x w1[0] = 300 x 400");
    CHECK(find_event(summary, "nan") == nullptr);
    CHECK(metric(summary, "first_overflow_step") == 1);
    CHECK(metric(summary, "diverged") == 0);
}

TEST_CASE("a gradient of the backward pass, on one worker and in one element") {
    // Curvature times (w - c) is 1 each; worker 2 adds 70,000 to element 3.
    RunSpec spec = bowl_run({1, 1, 1, 1}, {1, 1, 1, 1}, an_optimizer("sgd", {{"lr", {0.0}}}), "fp16", 3);
    spec.model.set("tensors", integers({1, 3}));
    add_noise(spec, {{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 70000}});
    const Event e = event_of(spec, "overflow");
    CHECK(e.step == 0);
    CHECK(e.worker == 2);
    CHECK(e.piece == "backward");
    CHECK(e.role == "gradient");
    CHECK(e.tensor == "w1");
    CHECK(e.index == 2);
    CHECK(e.operation == "add");
    CHECK(e.exact == 70001);
    CHECK(e.sentence ==
          "step 0, worker 2: gradient w1[2] = 70,001 does not fit fp16, largest 65,504; it came from curvature[3] x "
          "(w1[2] - center[3]) + a value from outside = 1 + 70,000");
}

TEST_CASE("a sum over the workers: whose gradient was added to which sum") {
    RunSpec spec = bowl_run({1, 1}, {0, 0}, an_optimizer("sgd", {{"lr", {0.0}}}), "fp16", 4);
    add_noise(spec, {{0, 16384}, {0, 32768}, {0, 20480}, {0, 1}});
    const Event e = event_of(spec, "overflow");
    CHECK(e.worker == -1);
    CHECK(e.piece == "average");
    CHECK(e.role == "comm");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.operation == "sum_workers");
    CHECK(e.exact == 69632);
    CHECK(e.operands == Operands{{"the sum so far", 49152}, {"gradient w0[1]", 20480}});
    CHECK(
        e.sentence ==
        "step 0: the sum over the workers for gradient w0[1] = 69,632 does not fit fp16, largest 65,504; it came from "
        "the sum of the workers before + worker 2's gradient w0[1] = 49,152 + 20,480");
}

TEST_CASE("a square inside the optimizer, on its way to the second moment") {
    // beta2 = 0: (1 * g) * g = 300^2.
    const RunSpec spec =
        bowl_run({300, 1}, {1, 1}, an_optimizer("adam", {{"lr", {0.0}}, {"beta2", {0.0}}}), "fp16_pure");
    const Event e = event_of(spec, "overflow");
    CHECK(e.piece == "update");
    CHECK(e.role == "update");
    CHECK(e.tensor == "exp_avg_sq[0]");
    CHECK(e.index == 0);
    CHECK(e.operation == "mul");
    CHECK(e.exact == 90000);
    CHECK(e.sentence ==
          "step 0: an intermediate value on the way to exp_avg_sq[0][0] = 90,000 does not fit fp16, largest 65,504; it "
          "came from (1 - beta2) x gradient w0[0] x gradient w0[0] = 300 x 300");
}

TEST_CASE("the store of a moment in a narrower format is told by the operation behind it") {
    RunSpec spec = bowl_run({1, 1}, {1, 500}, an_optimizer("adam", {{"lr", {0.0}}, {"beta2", {0.5}}, {"eps", {0.25}}}));
    spec.precision[Role::exp_avg_sq] = rounding_to("fp16");
    const Event e = event_of(spec, "overflow");
    CHECK(e.role == "exp_avg_sq");
    CHECK(e.tensor == "exp_avg_sq[0]");
    CHECK(e.index == 1);
    CHECK(e.operation == "add");  // beta2 * v + (c2 * g) * g
    CHECK(e.exact == 125000);
    CHECK(e.sentence ==
          "step 0: exp_avg_sq[0][1] = 125,000 does not fit fp16, largest 65,504; it came from 0.5 x exp_avg_sq[0][1] + "
          "0.5 "
          "x gradient w0[1] x gradient w0[1] = 0 + 125,000");
}

TEST_CASE("a weight that its master outgrows") {
    // w = 60,000 - 0.1 * (-70,000) = 67,000 in fp32, cast to fp16 weights.
    RunSpec spec = bowl_run({1, 1}, {1, 60000}, an_optimizer("sgd", {{"lr", {0.125}}}), "fp16");
    spec.precision[Role::gradient] = rounding_to("fp32");
    spec.model.set("center", numbers({1, 131072}));
    const Event e = event_of(spec, "overflow");  // 60,000 + (131,072 - 60,000) / 8 = 68,884
    CHECK(e.piece == "cast weights");
    CHECK(e.role == "weight");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.operation == "sub");
    CHECK(e.exact == 68884);
    CHECK(e.sentence ==
          "step 0: w0[1] = 68,884 does not fit fp16, largest 65,504; it came from master w0[1] - lr x gradient w0[1] = "
          "60,000 - -8,884");
}

TEST_CASE("the scale of a compressed momentum") {
    RunSpec spec = bowl_run(
        {1, 1}, {0, 0},
        an_optimizer("onebit_adam", {{"lr", {0.0}}, {"beta1", {0.0}}, {"freeze_step", {std::int64_t{1}}}}), "fp32", 2);
    add_noise(spec, {{80000, 80000}, {400000, 400000}});
    spec.precision[Role::comm_scale] = rounding_to("fp16");
    const Event e = event_of(spec, "overflow");
    CHECK(e.step == 1);
    CHECK(e.worker == 1);  // 400,000 * sqrt(2 / 16) = 141,421; worker 0: 28,284
    CHECK(e.role == "comm_scale");
    CHECK(e.operation == "div");
    CHECK(e.exact == Approx(141421.356).epsilon(1e-6));
}

TEST_CASE("a loss scale that takes the gradient out of its format, and one that is too large itself") {
    RunSpec spec = bowl_run({1, 1}, {1, 3}, an_optimizer("sgd", {{"lr", {0.0}}}), "fp16");
    spec.loss_scale = a_loss_scaler("static", {{"scale", {32768.0}}});
    const Event e = event_of(spec, "overflow");
    CHECK(e.exact == 98304);
    CHECK(e.index == 1);
    CHECK(e.sentence ==
          "step 0: gradient w0[1] = 98,304 does not fit fp16, largest 65,504; it came from curvature[1] x (w0[1] - "
          "center[1]) x loss_scale = 3 x 32,768");
    spec = bowl_run({1, 1}, {1, 3}, an_optimizer("sgd", {{"lr", {0.0}}}), "fp16_pure");
    spec.loss_scale = a_loss_scaler("static", {{"scale", {131072.0}}});
    const Event own = event_of(spec, "overflow");
    CHECK(own.role == "fused");
    CHECK(own.operation == "from_host");
    CHECK(own.exact == 131072);
    CHECK(own.sentence ==
          "step 0: loss_scale = 131,072 does not fit fp16, largest 65,504; it is a number of the run, computed in "
          "binary64");
}

TEST_CASE("a role that saturates, and a format without infinities") {
    RunSpec spec = bowl_run({1, 1}, {1, 500}, an_optimizer("sgd", {{"lr", {0.0}}}));
    spec.precision[Role::gradient] = rounded_to("fp8_e4m3", Overflow::saturate);
    const RunSummary saturated = run_of(spec);
    const Event e = event_of(saturated, "overflow");
    CHECK(e.exact == 500);
    CHECK(e.rounded == 448);
    CHECK(e.limit == 448);
    CHECK(
        e.sentence ==
        "step 0: gradient w0[1] = 500 does not fit fp8_e4m3, largest 448, and becomes that; it came from curvature[1] "
        "x (w0[1] - center[1]) = 1 x 500");
    CHECK(kinds(saturated) == std::vector<std::string>{"overflow"});
    // 450 is nearer to 448 than to anything beyond it.
    spec.model.set("init", numbers({1, 450}));
    CHECK(run_of(spec).events.empty());
    spec.model.set("init", numbers({1, 500}));
    spec.precision[Role::gradient] = rounding_to("fp8_e4m3");
    const RunSummary without = run_of(spec);
    CHECK(std::isnan(event_of(without, "overflow").rounded));
    CHECK(event_of(without, "nan").sentence ==
          "step 0: gradient w0[1] is the first NaN: 500 does not fit fp8_e4m3, which has no infinity; it came from "
          "curvature[1] x (w0[1] - center[1]) = 1 x 500");
}

TEST_CASE("a saturated value is found behind values that are at the limit rightly") {
    RunSpec spec = bowl_run({1, 1}, {1, 448}, an_optimizer("sgd", {{"lr", {0.0}}}));
    spec.precision[Role::gradient] = rounded_to("fp8_e4m3", Overflow::saturate);
    spec.injections = {{13, 0, 0, 462.0}};  // nearest to 448
    CHECK(run_of(spec).events.empty());
    spec.injections = {{13, 0, 0, 462.0}, {25, 0, 0, -476.0}};
    const Event e = event_of(spec, "overflow");
    CHECK(e.step == 25);
    CHECK(e.exact == -476);
    CHECK(e.rounded == -448);
}

TEST_CASE("a skipped step has its overflow too, and says that it was planted") {
    RunSpec spec = bowl_run({1, 1}, {1, 1}, an_optimizer("sgd", {{"lr", {1e-3}}}), "fp16", 2);
    spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{2}}}});
    spec.injections = {{17, 1, 1, infinity}};
    const RunSummary summary = run_of(spec);
    CHECK(kinds(summary) == std::vector<std::string>{"overflow"});
    const Event e = event_of(summary, "overflow");
    CHECK(e.step == 17);
    CHECK(e.worker == 1);
    CHECK(e.operation == "inject");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.exact == infinity);
    CHECK(e.sentence == "step 17, worker 1: gradient w0[1] is infinity; it was planted ([[inject]])");
    CHECK(metric(summary, "first_overflow_step") == 17);
    CHECK(metric(summary, "first_nan_step") == -1);
    spec.injections = {{17, 1, 1, -1e6}};
    CHECK(event_of(spec, "overflow").sentence ==
          "step 17, worker 1: gradient w0[1] = -1,000,000 does not fit fp16, largest 65,504; it was planted "
          "([[inject]])");
}

TEST_CASE("a weight that starts beyond its format") {
    const Event e = event_of(bowl_run({1, 1}, {1, 1e6}, an_optimizer("sgd", {{"lr", {0.0}}}), "fp16_pure"), "overflow");
    CHECK(e.step == 0);
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.operation == "initial value");
    CHECK(e.sentence == "before step 0: w0[1] starts as 1,000,000, which does not fit fp16, largest 65,504");
}

TEST_CASE("wherever it happens in a window of checkpoints, the step is the right one") {
    for (const int step : {0, 1, 14, 15, 16, 17, 31, 32, 33, 48}) {
        RunSpec spec = bowl_run({1, 1}, {1, 1}, an_optimizer("signsgd", {{"lr", {1e-3}}}));
        spec.steps = 49;
        spec.injections = {{step, 0, 0, infinity}};  // its sign is all that is used
        INFO(step);
        CHECK(event_of(spec, "overflow").step == step);
        spec.optimizer = an_optimizer("adam", {{"lr", {1e-3}}});  // it stays in the moments
        CHECK(event_of(spec, "overflow").step == step);
    }
}

TEST_CASE("only the first is told") {
    RunSpec spec = bowl_run({1, 1}, {1, 1}, an_optimizer("signsgd", {{"lr", {1e-3}}}), "fp16");
    spec.injections = {{5, 0, 1, 1e6}, {3, 0, 0, -1e6}, {7, 0, 0, 1e6}};
    const RunSummary summary = run_of(spec);
    CHECK(summary.events.size() == 1);
    CHECK(event_of(summary, "overflow").step == 3);
    CHECK(event_of(summary, "overflow").index == 0);
}
