// DeepSpeed's FP16_UnfusedOptimizer, also used for bf16 at stage 0 (reference semantics 7.3): one
// fp32 master a model tensor, which the trust ratios of LAMB need. An overflow skips the step in
// bf16, too. FusedLamb takes a path of its own through it (section 9): a group's norm is that of its
// gradients one after another, and it is what overflow is looked for in.
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {
namespace {

// Calls `visit` for every group with the binary32 running sum of squared binary32 norms, of each of
// its tensors, or of all of them joined.
template <class Visit>
void for_each_group(Training& training, bool joined, Visit visit) {
    Builder& b = training.b();
    const Host zero = b.host_constant(0.0);
    Host squares = zero;
    std::vector<Expr> gradients;
    for (const LogicalTensor& t : training.optimizer().tensors) {
        gradients.push_back(t.gradient);
        if (joined && !t.last_of_group) continue;
        const Expr g = gradients.size() == 1 ? gradients[0] : b.concat(Role::update, gradients);
        gradients.clear();
        squares = b.apply([](double q, double norm) { return rounded(q + rounded(norm * norm)); }, squares,
                          b.to_host(b.let(Role::update, norm2(g))));
        if (!t.last_of_group) continue;
        visit(squares);
        squares = zero;
    }
}

Host total_norm(Training& training, bool joined) {
    Builder& b = training.b();
    Host sum = b.host_constant(0.0);
    for_each_group(training, joined, [&](Host squares) {
        sum = b.apply(
            [](double so_far, double q) {
                const double norm = root_or_minus_one(q);
                return so_far + norm * norm;
            },
            sum, squares);
    });
    return b.apply([](double x) { return std::sqrt(x); }, sum);
}

// 1 where the sum of squares of some group is infinite or NaN on some worker.
Host overflow_of_norms(Training& training) {
    Builder& b = training.b();
    training.hand_over(b.let(Role::update, cast(training.gradient())));
    Host overflow = b.host_constant(0.0);
    for_each_group(training, true, [&](Host squares) {
        overflow = b.apply([](double so_far, double q) { return std::isfinite(q) ? so_far : 1.0; }, overflow, squares);
    });
    return b.max_workers(overflow);
}

}  // namespace

RecordedStep record_deepspeed_unfused(const EngineInputs& in, bool fp16) {
    SixteenBitWrapper wrapper{.grouping = Training::Grouping::one_a_tensor,
                              .scales = fp16,
                              .find_overflow = [](Training& t) { return t.find_overflow(); },
                              .total_norm = [](Training& t) { return total_norm(t, false); },
                              .norm_is_unscaled = false};
    if (in.optimizer_row.divides_by_loss_scale) {
        wrapper.find_overflow = overflow_of_norms;
        wrapper.total_norm = [](Training& t) { return total_norm(t, true); };
    }
    return record_sixteen_bit(in, wrapper);
}

}  // namespace halfstep
