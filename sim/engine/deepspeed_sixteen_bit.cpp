// The step of DeepSpeed's 16-bit wrappers (reference semantics 7.1 to 7.5): backward pass, average,
// overflow check, update of the loss scale before the step, unscaling and clipping in one factor,
// skip.
#include <algorithm>
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {

double root_or_minus_one(double x) {
    // Volatile, or clang makes it the square root that it must not be.
    volatile double half = 0.5;
    const double n = std::pow(x, half);
    return std::isfinite(n) ? n : -1.0;
}

void declare_with_initialisation_step(const EngineInputs& in, Training& training) {
    Builder& b = in.b;
    OptimizerContext& c = training.optimizer();
    const bool decays =
        std::any_of(c.tensors.begin(), c.tensors.end(), [](const LogicalTensor& t) { return t.weight_decay > 0; });
    // A 1-bit optimizer leaves the masters alone in that call, and nothing moves without weight decay:
    // all that remains is the step counter.
    const bool is_step = decays && !in.optimizer_row.compresses;
    c.initial_step = is_step ? 0 : 1;
    in.optimizer.declare(c);
    if (!is_step) return;
    const Host first = b.apply([](double n) { return n == 0.0 ? 1.0 : 0.0; }, training.step().iteration);
    b.when(first, [&] {
        b.piece("initialisation step");
        const Host lr = c.lr;
        c.lr = b.host_constant(in.spec.optimizer.number("lr"));
        for (LogicalTensor& t : c.tensors) t.gradient = b.constant({1, t.size}, {0.0}, Role::update);
        in.optimizer.update(c);
        c.lr = lr;
    });
}

namespace {

// What the gradient is divided by to unscale and clip it. `scale` is the one after this iteration's
// update: where it has just doubled, the gradient is divided by more than it was multiplied by.
Host combined_scale(Builder& b, Host total_norm, Host scale, double clip) {
    return b.apply(
        [](double n, double s, double clip) {
            if (clip <= 0.0) return s;
            const double c = (n / s + 1e-6) / clip;
            return c > 1.0 ? c * s : s;
        },
        total_norm, scale, b.host_constant(clip));
}

void unscale(const EngineInputs& in, Training& training, Host combined) {
    Builder& b = in.b;
    const bool divides = in.optimizer_row.divides_by_loss_scale;
    const Expr factor =
        b.from_host(divides ? combined : b.apply([](double x) { return 1.0 / x; }, combined), Role::hyper);
    for (LogicalTensor& t : training.optimizer().tensors)
        t.gradient = b.let(Role::update, divides ? t.gradient / factor : t.gradient * factor);
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
    declare_with_initialisation_step(in, training);
    RecordedStep& step = training.step();
    const Host grad_norm = b.host_state("global_grad_norm", 0.0, true);
    if (training.reloads())
        b.when(step.reload_now, [&] {
            in.optimizer.reload(training.optimizer());
            training.load_masters_from_first_worker();
            b.store(grad_norm, b.host_constant(0.0));
        });

    step.loss_scale = b.apply([](double x) { return x; }, scaler.scale());
    const bool backward_scaled = wrapper.scales && in.spec.engine.boolean("scale_backward");
    training.compute_gradient(backward_scaled ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient();
    const Host overflow = wrapper.find_overflow ? wrapper.find_overflow(training) : b.host_constant(0.0);
    if (wrapper.scales) scaler.update(b, overflow);
    step.loss_scale_next = scaler.scale();

    b.when(b.apply([](double x) { return 1.0 - x; }, overflow), [&] {
        b.piece("unscale");
        training.hand_over(b.let(Role::update, cast(training.gradient())));
        const Host total = wrapper.total_norm(training);
        const Host scale = scaler.scale();
        b.store(grad_norm,
                wrapper.norm_is_unscaled ? b.apply([](double n, double s) { return n / s; }, total, scale) : total);
        unscale(in, training, combined_scale(b, total, scale, in.spec.engine.number("gradient_clipping")));
        training.update_weights();
    });
    if (scaler.failed().id != no_value) step.failures.push_back({scaler.failed(), scaler.row().failure});
    training.advance(overflow);
    step.grad_norm = grad_norm;
    return step;
}

}  // namespace halfstep
