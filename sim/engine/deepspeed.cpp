// What DeepSpeed wraps around an optimizer at ZeRO stage 0 (reference semantics, sections 2 and 7):
//  * none (fp32 weights): one logical tensor a model tensor. The first batch of a 1-bit optimizer
//    is swallowed by its initialisation call. Clipping as in 7.6.
//  * fp16_fused: one flat fp32 master a group; the initialisation call was made with zero
//    gradients, so the step counter starts at 1; overflow check, scale update before the step,
//    unscale and clip in one factor, skip (7.3).
//  * bf16_fused: the same with scale 1; the overflow flag is computed but the step is applied.
#include <cmath>
#include <string>

#include "halfstep/spec/parameters.hpp"
#include "rows.hpp"
#include "training.hpp"

namespace halfstep {
namespace {

std::string wrapper_of(const RunSpec& spec) {
    const std::string& asked = spec.engine.text("wrapper");
    if (asked != "auto") return asked;
    const RoleRounding& weight = spec.precision[Role::weight];
    const std::string format = weight ? weight->format.name : "fp32";
    if (format == "fp32") return "none";
    if (format == "fp16") return "fp16_fused";
    if (format == "bf16") return "bf16_fused";
    throw SpecError("engine.wrapper", "DeepSpeed has a wrapper for fp32, fp16 and bf16 weights, not for " + format +
                                          "; name one to use it anyway");
}

// Known rules are checked where they are looked up (run/recipe_check.hpp): this layer knows none.
Parameter override_parameter() {
    return {"override",
            {ValueType::texts},
            Value{std::vector<Value>()},
            "configuration rules that DeepSpeed refuses to start with, to be run all the same "
            "(docs/deepspeed-config.md)"};
}

double rounded(double x) {
    return static_cast<double>(static_cast<float>(x));
}

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

RecordedStep record_bare(const EngineInputs& in) {
    Builder& b = in.b;
    if (in.spec.loss_scale.kind != "none")
        throw SpecError("loss_scale.kind", "DeepSpeed does not scale the loss of fp32 weights; use \"none\"");
    Training training(in, Training::Grouping::one_a_tensor, true, !in.spec.reload_at.empty() && in.spec.workers > 1);
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

// 7.3, point 3: the norm of all groups, in binary64 from binary32 group norms. pow, not sqrt: the C
// library's pow is what the original calls, and it misses the rounded root now and then.
Host total_norm(Training& training) {
    Builder& b = training.b();
    Host squares = b.host_constant(0.0);
    for (const LogicalTensor& t : training.optimizer().tensors)
        squares = b.apply([](double s, double norm) { return s + norm * norm; }, squares,
                          b.to_host(b.let(Role::update, norm2(t.gradient))));
    return b.apply(
        [](double s) {
            // Volatile, or clang makes it the square root that it must not be.
            volatile double half = 0.5;
            const double n = std::pow(rounded(s), half);
            const double kept = std::isfinite(n) ? n : -1.0;
            return std::sqrt(kept * kept);
        },
        squares);
}

RecordedStep record_fused(const EngineInputs& in, bool scales) {
    Builder& b = in.b;
    const RecordedScaler scaler(b, in.spec.loss_scale);
    if (scales != scaler.row().scales)
        throw SpecError("engine.kind",
                        scales ? "DeepSpeed's fp16 wrapper always scales the loss; use \"deepspeed\" or \"static\""
                               : "DeepSpeed's bf16 wrapper does not scale the loss; use \"none\"");
    Training training(in, Training::Grouping::one_a_group, true, false);
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
    const bool backward_scaled = scales && in.spec.engine.boolean("scale_backward");
    training.compute_gradient(backward_scaled ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient();
    const Host overflow = scales ? training.find_overflow() : b.host_constant(0.0);
    if (scales) scaler.update(b, overflow);
    step.loss_scale_next = scaler.scale();

    b.when(b.apply([](double x) { return 1.0 - x; }, overflow), [&] {
        b.piece("unscale");
        training.hand_over(b.let(Role::update, cast(training.gradient())));
        const Host total = total_norm(training);
        const Host scale = scaler.scale();  // after this iteration's update
        b.store(grad_norm, b.apply([](double n, double s) { return n / s; }, total, scale));
        const Host combined = b.apply(
            [](double n, double s, double clip) {
                if (clip <= 0.0) return 1.0 / s;
                const double c = (n / s + 1e-6) / clip;
                return 1.0 / (c > 1.0 ? c * s : s);
            },
            total, scale, b.host_constant(in.spec.engine.number("gradient_clipping")));
        const Expr factor = b.from_host(combined, Role::hyper);
        for (LogicalTensor& t : c.tensors) t.gradient = b.let(Role::update, t.gradient * factor);
        training.update_weights();
    });
    training.advance(overflow);
    step.grad_norm = grad_norm;
    return step;
}

RecordedStep record(const EngineInputs& in) {
    const std::string wrapper = wrapper_of(in.spec);
    return wrapper == "none" ? record_bare(in) : record_fused(in, wrapper == "fp16_fused");
}

}  // namespace

const EngineRow engine_deepspeed = {
    {"deepspeed",
     "DeepSpeed at ZeRO stage 0: swallowed first batch in fp32, flat fp32 masters and skipped steps in fp16",
     {choice("wrapper", "auto", "which wrapper; auto goes by the format of `weight`",
             {"auto", "none", "fp16_fused", "bf16_fused"}),
      number("gradient_clipping", 1.0, "largest gradient norm (DeepSpeed's default since 2026); 0: no clipping",
             Range::at_least(0)),
      boolean("scale_backward", true,
              "the loss is multiplied by the scale before backward; false reproduces the release that forgets to"),
      override_parameter()}},
    record};

}  // namespace halfstep
