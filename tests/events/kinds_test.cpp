// The other kinds of events, each planted in a small run and worked out by hand.
#include <limits>

#include "planted.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Operands = std::vector<EventOperand>;

Configured sgd(double lr) {
    return an_optimizer("sgd", {{"lr", {lr}}});
}

}  // namespace

TEST_CASE("the first NaN: infinities of two workers that cancel") {
    RunSpec spec = bowl_run({1, 1}, {1, 1}, sgd(1e-3), "fp32", 3);
    spec.injections = {{4, 0, 1, infinity}, {4, 2, 1, -infinity}};
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "nan");
    CHECK(e.step == 4);
    CHECK(e.worker == -1);
    CHECK(e.piece == "average");
    CHECK(e.role == "comm");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.operation == "sum_workers");
    CHECK(std::isnan(e.rounded));
    CHECK(e.sentence ==
          "step 4: the sum over the workers for gradient w0[1] is the first NaN; it came from the sum of the workers "
          "before + worker 2's gradient w0[1] = infinity + -infinity");
    CHECK(event_of(summary, "overflow").worker == 0);
    CHECK(metric(summary, "first_nan_step") == 4);
}

TEST_CASE("a planted NaN is a NaN and no overflow, and may be skipped") {
    RunSpec spec = bowl_run({1, 1}, {1, 1}, sgd(1e-3), "fp16", 2);
    spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{2}}}});
    spec.injections = {{3, 1, 0, std::nan("")}};
    const RunSummary summary = run_of(spec);
    CHECK(kinds(summary) == std::vector<std::string>{"nan"});
    CHECK(event_of(summary, "nan").sentence ==
          "step 3, worker 1: gradient w0[0] is the first NaN; it was planted ([[inject]])");
    CHECK(metric(summary, "first_overflow_step") == -1);
    // The run goes on, and so does the search.
    spec.injections.push_back({9, 0, 1, infinity});
    CHECK(event_of(spec, "overflow").step == 9);
}

TEST_CASE("zero divided by zero: the NaN, and the eps that is to blame") {
    // Worker 0's gradient and so m and v are exactly 0; eps = 1e-8 is 0 in fp16.
    RunSpec spec = bowl_run({1, 0}, {1, 1}, an_optimizer("adam", {{"lr", {1e-3}}, {"eps", {1e-8}}}), "fp16_pure");
    const RunSummary summary = run_of(spec);
    const Event nan = event_of(summary, "nan");
    CHECK(nan.step == 0);
    CHECK(nan.tensor == "w0");
    CHECK(nan.index == 1);
    CHECK(nan.operation == "div");
    CHECK(nan.operands.size() == 2);
    CHECK(nan.operands[0].value == 0);
    CHECK(nan.operands[1].value == 0);
    const Event e = event_of(summary, "vanished_denominator");
    CHECK(e.step == 0);
    CHECK(e.index == 1);
    CHECK(e.exact == 1e-8);
    CHECK(e.rounded == 0);
    CHECK(e.format == "fp16");
    CHECK(e.limit == 0x1p-24);
    CHECK(
        e.sentence ==
        "step 0: an intermediate value on the way to w0[1] is divided by zero, exp_avg[0][1] / a function of "
        "beta1_power / (sqrt(exp_avg_sq[0][1] / a function of beta2_power) + eps) = 0 / 0; eps = 1e-8 becomes zero in "
        "fp16, smallest 2^-24");
    CHECK(metric(summary, "vanished_denominator_step") == 0);
}

TEST_CASE("a second moment that vanished before the division") {
    // g = 2^-12 fits; 0.001 g is 2^-22, the nearest that fits; times g it does not. Without eps the
    // quotient is infinite.
    RunSpec spec = bowl_run({0x1p-12}, {1}, an_optimizer("adam", {{"lr", {1e-3}}, {"eps", {0.0}}}), "fp16_pure");
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "vanished_denominator");
    CHECK(e.step == 0);
    CHECK(e.exact == 0x1p-34);
    CHECK(e.sentence ==
          "step 0: an intermediate value on the way to w0[0] is divided by zero, exp_avg[0][0] / a function of "
          "beta1_power / (sqrt(exp_avg_sq[0][0] / a function of beta2_power) + 0) = 0.000244379 / 0; an intermediate "
          "value on the way to exp_avg_sq[0][0] = 2^-34 becomes zero in fp16, smallest 2^-24; it came from (1 - beta2) "
          "x gradient w0[0] x gradient w0[0] = 2^-22 x 0.000244141");
    CHECK(find_event(summary, "overflow") == nullptr);  // x / 0 is infinite exactly
}

TEST_CASE("a division by an exact zero is an infinity, not a vanished denominator") {
    // Clipping divides by the norm; 1e-6 in it keeps it from zero, so the loss scale does it: 2^130.
    RunSpec spec =
        bowl_run({1, 1}, {1, 1}, an_optimizer("adam", {{"lr", {1e-3}}, {"eps", {0.0}}, {"beta2", {1.0 - 0x1p-24}}}));
    spec.precision[Role::hyper] = rounding_to("fp16");
    // 1 - beta2 = 2^-24 is fp16's smallest; beta1 is 0.9: nothing vanishes, and nothing is found.
    CHECK(find_event(run_of(spec), "vanished_denominator") == nullptr);
}

TEST_CASE("a whole tensor that vanishes, its largest value, and the tensor beside it that does not") {
    RunSpec spec = bowl_run({1e-8, 2e-8, 1}, {1, -1, 1}, sgd(1e-3), "fp16");
    spec.model.set("tensors", integers({2, 1}));
    // The backward pass computes one array of three: nothing is lost there but two of its elements.
    CHECK(run_of(spec).events.empty());
    spec = bowl_run({1e-8, 2e-8}, {1, -1}, sgd(1e-3), "fp16");
    const Event e = event_of(spec, "underflow");
    CHECK(e.step == 0);
    CHECK(e.piece == "backward");
    CHECK(e.role == "gradient");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 1);
    CHECK(e.operation == "mul");
    CHECK(e.exact == Approx(-2e-8).epsilon(1e-6));
    CHECK(e.rounded == 0);
    CHECK(e.limit == 0x1p-24);
    CHECK(e.sentence ==
          "step 0: all 2 values of gradient w0 become zero in fp16, smallest 2^-24; the largest was -2e-8, and it came "
          "from curvature[1] x (w0[1] - center[1]) = 2e-8 x -1");
}

TEST_CASE("one element that survives, or zeros that are exact, are no underflow") {
    CHECK(run_of(bowl_run({1e-8, 6e-8}, {1, 1}, sgd(0), "fp16")).events.empty());
    CHECK(run_of(bowl_run({0, 0}, {1, 1}, sgd(1e-3), "fp16")).events.empty());
    CHECK(run_of(bowl_run({1, 1}, {0, 0}, sgd(1e-3), "fp16")).events.empty());
}

TEST_CASE("an underflow that comes later is found on its step") {
    // The gradient halves each step: 2^-10 2^-t; below 2^-25 it is gone: t = 16.
    RunSpec spec = bowl_run({0.5}, {0x1p-9}, sgd(1.0), "fp32");
    spec.precision[Role::gradient] = rounding_to("fp16");
    const Event e = event_of(spec, "underflow");
    CHECK(e.step == 15);  // exactly 2^-25: a tie, to the even zero
    CHECK(e.exact == 0x1p-25);
    CHECK(e.sentence ==
          "step 15: gradient w0[0] = 2^-25 becomes zero in fp16, smallest 2^-24; it came from curvature[0] x (w0[0] - "
          "center[0]) = 0.5 x 2^-24");
}

TEST_CASE("subnormals that are flushed") {
    RunSpec spec = bowl_run({1e-5, 2e-5}, {1, 1}, sgd(0), "fp16");
    CHECK(run_of(spec).events.empty());
    spec.precision[Role::gradient]->subnormals = Subnormals::flush;
    const Event e = event_of(spec, "underflow");
    CHECK(e.limit == 0x1p-14);
    CHECK(e.exact == Approx(2e-5).epsilon(1e-6));
}

TEST_CASE("updates that change no weight: which came nearest, and what it would have needed") {
    // In bf16 the neighbours below 1 are 2^-8 away: half of it is 2^-9. lr * g = 2^-10 each.
    RunSpec spec = bowl_run({1, 0.5}, {1, 1}, sgd(0x1p-10), "bf16_pure");
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "stagnation");
    CHECK(e.step == 0);
    CHECK(e.worker == -1);
    CHECK(e.piece == "update");
    CHECK(e.role == "weight");
    CHECK(e.tensor == "w0");
    CHECK(e.index == 0);
    CHECK(e.operation == "sub");
    CHECK(e.operands == Operands{{"w0[0]", 1}, {"update", -0x1p-10}});
    CHECK(e.exact == 1 - 0x1p-10);
    CHECK(e.rounded == 1);
    CHECK(e.format == "bf16");
    CHECK(e.limit == 0x1p-9);
    CHECK(e.sentence ==
          "step 0: no weight changes, although 2 updates are not zero; the nearest to it, w0[0] = 1, gets -0.000976562 "
          "and needs more than 0.00195312 in bf16");
    CHECK(metric(summary, "stagnation_step") == 0);
    CHECK(metric(summary, "weight_change") == 0);
}

TEST_CASE("a weight that changes, or updates that are zero, are no stagnation") {
    CHECK(run_of(bowl_run({1, 4}, {1, 1}, sgd(0x1p-10), "bf16_pure")).events.empty());
    CHECK(run_of(bowl_run({1, 1}, {1, 1}, sgd(0.0), "bf16_pure")).events.empty());
    CHECK(run_of(bowl_run({1, 1}, {0, 0}, sgd(1.0), "bf16_pure")).events.empty());
    // Masters keep what the weights cannot hold.
    CHECK(run_of(bowl_run({1, 0.5}, {1, 1}, sgd(0x1p-10), "bf16")).events.empty());
}

TEST_CASE("weights that move by chance do not stagnate, although a step may move none") {
    RunSpec spec = bowl_run({1, 0.5}, {1, 1}, sgd(0x1p-14), "bf16_pure");
    for (const Role role : {Role::weight, Role::master, Role::update})
        spec.precision[role]->mode = RoundingMode::stochastic;
    spec.steps = 400;
    const RunSummary summary = run_of(spec);
    CHECK(metric(summary, "stagnation_step") == -1);
    CHECK(metric(summary, "weight_change") > 0);
}

TEST_CASE("stagnation begins when the last weight stands still") {
    // w1 falls by 1.5 2^-9 of itself until that is less than half of its spacing, 2^-8; w0 never moves.
    RunSpec spec = bowl_run({0x1p-3, 1}, {1, 1.875}, sgd(0x1.8p-9), "fp32");
    spec.precision[Role::master] = spec.precision[Role::weight] = rounding_to("bf16");
    spec.steps = 400;
    const Event e = event_of(spec, "stagnation");
    // The same by hand, in binary32 and a rounding.
    const Rounding bf16 = rounding_to("bf16");
    const float lr = 0x1.8p-9f;
    float w0 = 1, w1 = 1.875f;
    std::int64_t step = 0;
    for (;; ++step) {
        const auto next0 = float(round_to(bf16, double(w0 - lr * (0x1p-3f * w0))));
        const auto next1 = float(round_to(bf16, double(w1 - lr * w1)));
        if (next0 == w0 && next1 == w1) break;
        w0 = next0;
        w1 = next1;
    }
    CHECK(step > 0);
    CHECK(e.step == step);
    CHECK(e.index == 1);
    CHECK(e.operands[0] == EventOperand{"w0[1]", double(w1)});
    CHECK(e.operands[1].value == -double(lr * w1));
}

TEST_CASE("the loss scale at its floor") {
    RunSpec spec = bowl_run({1}, {1}, sgd(1e-3), "fp16");
    spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{3}}}, {"min_scale", {2.0}}});
    for (const int step : {2, 3, 9, 12}) spec.injections.push_back({step, 0, 0, infinity});
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "scale_floor");
    CHECK(e.step == 3);  // 8, 4, 2
    CHECK(e.operands == Operands{{"loss_scale", 4}});
    CHECK(e.limit == 2);
    CHECK(e.rounded == 2);
    CHECK(e.sentence == "step 3: the gradients overflow and the loss scale falls to its floor, 2");
    CHECK(metric(summary, "scale_floor_step") == 3);
    spec.injections = {{2, 0, 0, infinity}};
    CHECK(find_event(run_of(spec), "scale_floor") == nullptr);
    spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{1}}}, {"min_scale", {2.0}}});
    CHECK(event_of(spec, "scale_floor").sentence ==
          "step 2: the gradients overflow and the loss scale is at its floor, 2");
}

TEST_CASE("an error buffer ten times as long as what it corrects, ten steps in a row") {
    // lr g + e with a gradient that was large once: the buffer keeps it and gives back little each step.
    RunSpec spec = bowl_run({1, 1, 1, 1, 1, 1, 1, 1}, {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3},
                            an_optimizer("ef_signsgd", {{"lr", {1e-4}}}));
    spec.steps = 40;
    CHECK(find_event(run_of(spec), "error_exceeds_signal") == nullptr);
    spec.injections = {{5, 0, 3, 1000.0}};
    const RunSummary summary = run_of(spec);
    const Event e = event_of(summary, "error_exceeds_signal");
    CHECK(e.step == 15);  // added for the first time on step 6
    CHECK(e.role == "worker_error");
    CHECK(e.tensor == "worker_error[0]");
    CHECK(e.exact > 10 * e.limit);
    CHECK(e.operands.size() == 2);
    CHECK(e.operands[0].value == e.exact);
    CHECK(e.operands[1].value == e.limit);
    // What is compared, computed from a run of its own: the buffer before the step, and lr g.
    BuiltRun run(spec, 1);
    for (int t = 0; t < 15; ++t) run.step();
    double error = 0, signal = 0;
    for (const double x : state(run, "worker_error[0]")) error += x * x;
    for (const double w : weights(run)) signal += std::pow(double(1e-4f * float(w)), 2);
    CHECK(e.exact == Approx(std::sqrt(error)).epsilon(1e-12));
    CHECK(e.limit == Approx(std::sqrt(signal)).epsilon(1e-6));
    CHECK(metric(summary, "error_exceeds_signal_step") == 15);
}

TEST_CASE("a healthy run has no events, in any preset") {
    for (const char* preset : {"fp32", "fp16", "bf16"}) {
        for (const char* optimizer : {"sgd", "momentum", "adam", "onebit_adam"}) {
            INFO(preset << ", " << optimizer);
            Configured o = an_optimizer(optimizer, {{"lr", {1e-3}}});
            if (o.has("freeze_step")) o.set("freeze_step", {std::int64_t{40}});
            RunSpec spec = spec_of(a_model("mlp", {{"layers", integers({2, 8, 2})}}), o, preset, 4);
            spec.batch = 16;
            spec.steps = 100;
            const RunSummary summary = run_of(spec);
            for (const Event& e : summary.events) UNSCOPED_INFO(e.sentence);
            CHECK(summary.events.empty());
        }
    }
}

TEST_CASE("reference arithmetic has no events") {
    RunSpec spec = bowl_run({1, 1}, {1, 1}, sgd(1e-3), "fp16");
    spec.injections = {{2, 0, 0, infinity}};
    spec.arithmetic = Arithmetic::binary64;
    const RunSummary summary = run_of(spec);
    CHECK(summary.events.empty());
    for (const EventKind& kind : event_kinds()) CHECK(metric(summary, kind.metric) == -1);
}

TEST_CASE("looking for events changes no bit: an eventful run digests as it goes unwatched") {
    RunSpec spec = bowl_run({1, 1, 3}, {1, 1, 1}, an_optimizer("adam", {{"lr", {0.1}}}), "fp16", 2);
    spec.loss_scale = a_loss_scaler("deepspeed", {{"initial_scale_power", {std::int64_t{4}}}});
    spec.steps = 70;
    spec.injections = {{20, 1, 1, infinity}, {21, 0, 0, std::nan("")}, {40, 0, 2, 1e6}};
    BuiltRun alone(spec, 1);
    for (int t = 0; t < spec.steps; ++t) alone.step();
    class LastStates final : public Sink {
    public:
        void step(const StepRecord&, const Snapshot& snapshot) override {
            weights = snapshot.state("weight", 0);
            moments = snapshot.state("exp_avg_sq[0]", 0);
        }
        std::vector<double> weights, moments;
    } sink;
    const RunSummary summary = simulate(spec, 1, sink);
    CHECK(summary.events.size() >= 2);
    CHECK(sink.weights == weights(alone));
    CHECK(sink.moments == state(alone, "exp_avg_sq[0]"));
}
