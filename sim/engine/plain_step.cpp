#include "plain_step.hpp"

namespace halfstep {

RecordedStep record_plain_step(const EngineInputs& in, const PlainStep& how) {
    if (!in.spec.reload_at.empty())
        throw SpecError("run.reload_at",
                        "only the deepspeed engine loads checkpoints; set engine.kind = \"deepspeed\"");
    Builder& b = in.b;
    const RecordedScaler scaler(b, in.spec.loss_scale);
    Training training(in, Training::Grouping::one_a_tensor, how.masters_from_weights, false);
    in.optimizer.declare(training.optimizer());
    RecordedStep& step = training.step();
    const bool scales = scaler.row().scales;

    step.loss_scale = b.apply([](double x) { return x; }, scaler.scale());
    training.compute_gradient(scales ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient();
    const Host overflow = scaler.row().checks_overflow ? how.find_overflow(training) : b.host_constant(0.0);
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

}  // namespace halfstep
