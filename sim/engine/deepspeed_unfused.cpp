// DeepSpeed's FP16_UnfusedOptimizer, also used for bf16 at stage 0 (reference semantics 7.3): one
// fp32 master a model tensor, which the trust ratios of LAMB need. An overflow skips the step in
// bf16, too.
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {
namespace {

// A binary32 running sum of the squares of binary32 tensor norms in every group, its root in
// binary64; then the root of the groups' squares.
Host total_norm(Training& training) {
    Builder& b = training.b();
    const Host zero = b.host_constant(0.0);
    Host group = zero, all = zero;
    for (const LogicalTensor& t : training.optimizer().tensors) {
        group = b.apply([](double q, double norm) { return rounded(q + rounded(norm * norm)); }, group,
                        b.to_host(b.let(Role::update, norm2(t.gradient))));
        if (!t.last_of_group) continue;
        all = b.apply(
            [](double sum, double q) {
                const double norm = root_or_minus_one(q);
                return sum + norm * norm;
            },
            all, group);
        group = zero;
    }
    return b.apply([](double sum) { return std::sqrt(sum); }, all);
}

}  // namespace

RecordedStep record_deepspeed_unfused(const EngineInputs& in, bool fp16) {
    return record_sixteen_bit(in, {.grouping = Training::Grouping::one_a_tensor,
                                   .scales = fp16,
                                   .skips = true,
                                   .total_norm = total_norm,
                                   .norm_is_unscaled = false});
}

}  // namespace halfstep
