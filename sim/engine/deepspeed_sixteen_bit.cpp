// The step of DeepSpeed's 16-bit wrappers (reference semantics 7.1 to 7.5): backward pass, average,
// overflow check, update of the loss scale before the step, unscaling and clipping in one factor,
// skip. The initialisation call was made with zero gradients, so the step counter starts at 1.
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {

double root_or_minus_one(double x) {
    // Volatile, or clang makes it the square root that it must not be.
    volatile double half = 0.5;
    const double n = std::pow(x, half);
    return std::isfinite(n) ? n : -1.0;
}

namespace {

// Unscales and clips in one factor. `scale` is the one after this iteration's update: where it has
// just doubled, the gradient is divided by more than it was multiplied by.
Host unscale_and_clip(Builder& b, Host total_norm, Host scale, double clip) {
    return b.apply(
        [](double n, double s, double clip) {
            if (clip <= 0.0) return 1.0 / s;
            const double c = (n / s + 1e-6) / clip;
            return 1.0 / (c > 1.0 ? c * s : s);
        },
        total_norm, scale, b.host_constant(clip));
}

}  // namespace

RecordedStep record_sixteen_bit(const EngineInputs& in, const SixteenBitWrapper& wrapper) {
    Builder& b = in.b;
    const RecordedScaler scaler(b, in.spec.loss_scale);
    if (wrapper.scales != scaler.row().scales)
        throw SpecError("engine.kind",
                        wrapper.scales
                            ? "DeepSpeed's fp16 wrapper always scales the loss; use \"deepspeed\" or \"static\""
                            : "DeepSpeed's bf16 wrapper does not scale the loss; use \"none\"");
    Training training(in, wrapper.grouping, true, false);
    OptimizerContext& c = training.optimizer();
    c.initial_step = 1;
    in.optimizer.declare(c);
    RecordedStep& step = training.step();
    const Host grad_norm = b.host_state("global_grad_norm", 0.0, true);
    if (training.reloads())
        b.when(step.reload_now, [&] {
            in.optimizer.reload(c);
            training.load_masters_from_first_worker();
            b.store(grad_norm, b.host_constant(0.0));
        });

    step.loss_scale = b.apply([](double x) { return x; }, scaler.scale());
    const bool backward_scaled = wrapper.scales && in.spec.engine.boolean("scale_backward");
    training.compute_gradient(backward_scaled ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient();
    const Host overflow = wrapper.skips ? training.find_overflow() : b.host_constant(0.0);
    if (wrapper.scales) scaler.update(b, overflow);
    step.loss_scale_next = scaler.scale();

    b.when(b.apply([](double x) { return 1.0 - x; }, overflow), [&] {
        b.piece("unscale");
        training.hand_over(b.let(Role::update, cast(training.gradient())));
        const Host total = wrapper.total_norm(training);
        const Host scale = scaler.scale();
        b.store(grad_norm,
                wrapper.norm_is_unscaled ? b.apply([](double n, double s) { return n / s; }, total, scale) : total);
        const Host combined = unscale_and_clip(b, total, scale, in.spec.engine.number("gradient_clipping"));
        const Expr factor = b.from_host(combined, Role::hyper);
        for (LogicalTensor& t : c.tensors) t.gradient = b.let(Role::update, t.gradient * factor);
        training.update_weights();
    });
    training.advance(overflow);
    step.grad_norm = grad_norm;
    return step;
}

}  // namespace halfstep
