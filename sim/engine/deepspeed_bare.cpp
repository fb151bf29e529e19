// DeepSpeed around an optimizer of fp32 weights: no wrapper. One logical tensor a model tensor; the
// first batch of a 1-bit optimizer is swallowed by its initialisation call; clipping as in reference
// semantics 7.6; no overflow handling.
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {
namespace {

// 7.6: per-tensor binary32 norms, their squares added in binary64, the mean over the workers, and
// one factor for everybody.
void clip_bare(Training& training, double clip) {
    Builder& b = training.b();
    b.piece("clip");
    Host squares = b.host_constant(0.0);
    for (int k = 0; k < training.tensor_count(); ++k)
        squares = b.apply([](double q, double norm) { return q + rounded(norm * norm); }, squares,
                          b.to_host(b.let(Role::update, norm2(training.gradient_of(k)))));
    const Host share =
        b.apply([](double q,
                   double workers) { return rounded(std::sqrt(static_cast<float>(q)) / static_cast<float>(workers)); },
                squares, b.host_constant(b.workers()));
    const Expr own = b.from_host(share, Role::update);
    const Expr total = b.workers() > 1 ? b.let(Role::update, sum_workers(own)) : own;
    const Expr factor = b.let(Role::update, min(1.0, b.hyper(clip) / (total + b.hyper(1e-6))));
    training.replace_gradient(Role::update, training.gradient() * factor);
}

}  // namespace

RecordedStep record_deepspeed_bare(const EngineInputs& in) {
    Builder& b = in.b;
    if (in.spec.loss_scale.kind != "none")
        throw SpecError("loss_scale.kind", "DeepSpeed does not scale the loss of fp32 weights; use \"none\"");
    Training training(in, Training::Grouping::one_a_tensor, true, !in.spec.reload_at.empty());
    OptimizerContext& c = training.optimizer();
    c.has_initialisation_call = in.optimizer_row.compresses;
    in.optimizer.declare(c);
    RecordedStep& step = training.step();
    if (training.reloads())
        b.when(step.reload_now, [&] {
            in.optimizer.reload(c);
            b.store(c.initialized, b.host_constant(0.0));
        });
    training.compute_gradient({});
    training.average_gradient();
    if (const double clip = in.spec.engine.number("gradient_clipping"); clip > 0) clip_bare(training, clip);
    training.hand_over(training.gradient());
    training.update_weights();
    const Host never = b.host_constant(0.0);
    step.loss_scale = step.loss_scale_next = b.host_constant(1.0);
    training.advance(never);
    return step;
}

}  // namespace halfstep
