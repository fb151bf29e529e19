// DeepSpeed's ZeRO stages 1 to 3 (0.19.6: runtime/zero/stage_1_and_2.py, stage3.py). Optimizer states are
// shared out over the workers, which no elementwise optimizer can tell. What differs from stage 0:
//   - every worker divides its gradient by W before the reduce-scatter adds them up (average_tensor,
//     __avg_scatter_grads), so that a sum overflows later and a quotient underflows earlier
//   - an overflow is an element that is not finite, not a sum that is not (_has_inf_or_nan)
//   - the loss scale is that of DynamicLossScaler: hysteresis, and an error at its floor
//   - the norm (get_grad_norm_direct): stages 1 and 2: squares of each worker's partition of the flat group in
//     binary64, rounded to binary32 and added up in rank order; stage 3: binary64 throughout (here the
//     norm of each group is rounded once to `update`)
//   - unscale_and_clip_grads: in binary32 (stage 3: binary64), clip = max(1, (norm / scale + 1e-6) / clip_grad),
//     g := g * (1 / (clip * scale)); without clipping g * (1 / scale). The scale is the one after the update
//   - no initialisation step; a worker's weights come back by all-gather, at stage 3 once for the forward and
//     once for the backward pass
#include <algorithm>
#include <cmath>

#include "deepspeed.hpp"
#include "halfstep/comm/all_reduce.hpp"

namespace halfstep {
namespace {

// Elements of a group's flat vector that a worker keeps: aligned to two (nccl_start_alignment_factor).
int partition_size(int n, int workers) {
    const int unit = 2 * workers;
    return (n + unit - 1) / unit * 2;
}

// The square of a group's norm as each worker sums up its own partition.
Host partitioned_square(Builder& b, const LogicalTensor& t) {
    const int part = partition_size(t.size, b.workers());
    Host square = b.host_constant(0.0);
    for (int at = 0; at < t.size; at += part)
        square = b.apply(
            [](double s, double x) { return rounded(s + x); }, square,
            b.to_host(b.let(Role::update, sum_squares(b.view(t.gradient, at, {1, std::min(part, t.size - at)})))));
    return square;
}

double or_minus_one(double norm) {
    return std::isfinite(norm) ? norm : -1.0;
}

Host total_norm(Training& training, bool binary64) {
    Builder& b = training.b();
    Host squares = b.host_constant(0.0);
    for (const LogicalTensor& t : training.optimizer().tensors) {
        const Host norm =
            binary64
                ? b.apply([](double n) { return or_minus_one(n); }, b.to_host(b.let(Role::update, norm2(t.gradient))))
                : b.apply([](double s) { return or_minus_one(rounded(std::sqrt(s))); }, partitioned_square(b, t));
        squares = b.apply([](double s, double n) { return s + n * n; }, squares, norm);
    }
    return binary64 ? b.apply([](double s) { return std::sqrt(s); }, squares)
                    : b.apply([](double s) { return rounded(std::sqrt(s)); }, squares);
}

// What the gradient is multiplied by to unscale and clip it.
Host unscale_factor(Builder& b, Host norm, Host scale, double clip, bool binary64) {
    if (clip <= 0.0) return b.apply([](double s) { return 1.0 / s; }, scale);
    const Host limit = b.host_constant(clip);
    if (binary64)
        return b.apply([](double n, double s, double c) { return 1.0 / (std::fmax((n / s + 1e-6) / c, 1.0) * s); },
                       norm, scale, limit);
    return b.apply(
        [](double n, double s, double c) {
            const double ratio = rounded(rounded(rounded(n / rounded(s)) + rounded(1e-6)) / rounded(c));
            return rounded(1.0 / rounded(std::fmax(ratio, 1.0) * rounded(s)));
        },
        norm, scale, limit);
}

void refuse_what_zero_cannot(const EngineInputs& in) {
    const OptimizerRow& row = in.optimizer_row;
    if (!row.elementwise)
        throw SpecError("optimizer.kind",
                        row.schema.name +
                            " looks at whole tensors, but under ZeRO a worker's optimizer has its own "
                            "partition only, which is not simulated; accepted: elementwise optimizers");
    if (!in.spec.reload_at.empty())
        throw SpecError("run.reload_at", "ZeRO's checkpoints are not simulated; use engine.zero_stage = 0");
}

}  // namespace

RecordedStep record_deepspeed_zero(const EngineInputs& in, int stage) {
    refuse_what_zero_cannot(in);
    Builder& b = in.b;
    const RoleRounding& weight = in.spec.precision[Role::weight];
    const bool fp16 = weight && weight->format.name == "fp16", binary64 = stage == 3;
    const RecordedScaler scaler(b, in.spec.loss_scale);
    if (fp16 != scaler.row().scales)
        throw SpecError("loss_scale.kind",
                        fp16 ? "ZeRO scales the loss in fp16; use \"deepspeed_hysteresis\" or \"static\""
                             : "ZeRO scales the loss in fp16 only; use \"none\"");
    Training training(in, Training::Grouping::one_a_group, true, false);
    in.optimizer.declare(training.optimizer());
    RecordedStep& step = training.step();
    const Host grad_norm = b.host_state("global_grad_norm", 0.0);

    step.loss_scale = b.apply([](double x) { return x; }, scaler.scale());
    training.compute_gradient(fp16 ? b.from_host(step.loss_scale, Role::fused) : Expr());
    training.average_gradient(mean_by_reduce_scatter);
    const Host overflow = fp16 ? training.find_nonfinite() : b.host_constant(0.0);
    scaler.update(b, overflow);
    step.loss_scale_next = scaler.scale();

    b.when(b.apply([](double x) { return 1.0 - x; }, overflow), [&] {
        b.piece("unscale");
        training.hand_over(b.let(Role::update, cast(b.replica(training.gradient()))));
        const Host total = total_norm(training, binary64);
        b.store(grad_norm, b.apply([](double n, double s) { return n / s; }, total, step.loss_scale));
        const double clip = in.spec.engine.number("gradient_clipping");
        const Expr factor = b.from_host(unscale_factor(b, total, scaler.scale(), clip, binary64), Role::hyper);
        for (LogicalTensor& t : training.optimizer().tensors) t.gradient = b.let(Role::update, t.gradient * factor);
        training.update_weights();
        if (b.workers() > 1)
            b.count_sent(Role::weight, double(gathered_values(training.size())) * (stage == 3 ? 2 : 1));
    });
    if (scaler.failed().id != no_value) step.failures.push_back({scaler.failed(), scaler.row().failure});
    training.advance(overflow);
    step.grad_norm = grad_norm;
    return step;
}

}  // namespace halfstep
