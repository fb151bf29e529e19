// DeepSpeed's BF16_Optimizer at ZeRO stage 1 (reference semantics 7.7): bf16 weights, fp32 masters,
// gradients accumulated in the role `gradient`. No loss scale and no overflow check; a gradient norm
// that is not above 0 (no gradient at all, or a NaN) fails an assertion and ends the run. Its masters
// are flat and shared out over the workers, which no elementwise optimizer can tell from one flat
// master a group.
#include "deepspeed.hpp"

namespace halfstep {

RecordedStep record_deepspeed_bf16_optimizer(const EngineInputs& in) {
    Builder& b = in.b;
    if (in.spec.loss_scale.kind != "none")
        throw SpecError("loss_scale.kind", "DeepSpeed's BF16_Optimizer does not scale the loss; use \"none\"");
    if (in.optimizer_row.compresses || in.optimizer_row.divides_by_loss_scale)
        throw SpecError("engine.wrapper",
                        "DeepSpeed's BF16_Optimizer is for ZeRO, which 1-bit optimizers and LAMB "
                        "refuse; use \"auto\"");
    Training training(in, Training::Grouping::one_a_group, true, false);
    OptimizerContext& c = training.optimizer();
    declare_with_initialisation_step(in, training);
    c.failed = b.host_state("failed", 0.0);
    c.failure = "assertion failed: the norm of all gradients is not above 0";
    RecordedStep& step = training.step();
    if (training.reloads()) b.when(step.reload_now, [&] { in.optimizer.reload(c); });

    training.compute_gradient({});
    training.average_gradient();
    b.piece("clip");
    Expr g = b.let(Role::update, cast(b.replica(training.gradient())));
    const Expr norm = b.let(Role::update, norm2(g));
    step.grad_norm = b.to_host(norm);
    b.store(c.failed, b.apply([](double n) { return n > 0.0 ? 0.0 : 1.0; }, step.grad_norm));
    b.when(b.apply([](double failed) { return 1.0 - failed; }, c.failed), [&] {
        if (const double clip = in.spec.engine.number("gradient_clipping"); clip > 0)
            g = b.let(Role::update, g * min(1.0, b.hyper(clip) / (norm + b.hyper(1e-6))));
        training.hand_over(g);
        training.update_weights();
    });
    step.loss_scale = step.loss_scale_next = b.host_constant(1.0);
    training.advance(b.host_constant(0.0));
    return step;
}

}  // namespace halfstep
