// Nothing but the optimizer: forward, backward, mean over the workers, then, where the loss is
// scaled, unscale by the scale the backward pass used and skip the step on overflow. Clipping is
// torch's clip_grad_norm_: g * min(1, clip / (|g| + 1e-6)) with the norm of what the optimizer gets.
#include "halfstep/spec/parameters.hpp"
#include "rows.hpp"
#include "training.hpp"

namespace halfstep {
namespace {

RecordedStep record(const EngineInputs& in) {
    if (!in.spec.reload_at.empty())
        throw SpecError("run.reload_at",
                        "only the deepspeed engine loads checkpoints; set engine.kind = \"deepspeed\"");
    Builder& b = in.b;
    const RecordedScaler scaler(b, in.spec.loss_scale);
    Training training(in, Training::Grouping::one_a_tensor, false, false);
    in.optimizer.declare(training.optimizer());
    RecordedStep& step = training.step();
    const bool scales = scaler.row().scales;

    step.loss_scale = b.apply([](double x) { return x; }, scaler.scale());
    training.compute_gradient(scales ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient();
    const Host overflow = scaler.row().checks_overflow ? training.find_overflow() : b.host_constant(0.0);
    scaler.update(b, overflow);
    step.loss_scale_next = scaler.scale();

    auto apply = [&] {
        b.piece("unscale");
        Expr g = training.gradient();
        if (scales) {
            const Host inverse = b.apply([](double s) { return 1.0 / s; }, step.loss_scale);
            g = b.let(Role::update, g * b.from_host(inverse, Role::hyper));
        }
        if (const double clip = in.spec.engine.number("gradient_clipping"); clip > 0) {
            const Expr norm = b.let(Role::update, norm2(g));
            g = b.let(Role::update, g * min(1.0, b.hyper(clip) / (norm + b.hyper(1e-6))));
        }
        training.hand_over(g);
        training.update_weights();
    };
    if (scaler.row().checks_overflow)
        b.when(b.apply([](double x) { return 1.0 - x; }, overflow), apply);
    else
        apply();
    if (scaler.failed().id != no_value) step.failures.push_back({scaler.failed(), scaler.row().failure});
    training.advance(overflow);
    return step;
}

}  // namespace

const EngineRow engine_plain = {
    {"plain",
     "the optimizer alone, with loss scaling where [loss_scale] asks for it",
     {number("gradient_clipping", 0.0, "largest 2-norm of the gradient; 0: no clipping", Range::at_least(0))}},
    record};

}  // namespace halfstep
