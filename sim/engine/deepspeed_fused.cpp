// DeepSpeed's FP16_Optimizer, also used for bf16 at stage 0 (reference semantics 7.3): one flat fp32
// master a group. In bf16 the overflow flag is computed but the step is applied.
#include <cmath>

#include "deepspeed.hpp"

namespace halfstep {
namespace {

// 7.3, point 3: the norm of all groups, in binary64 from binary32 group norms.
Host total_norm(Training& training) {
    Builder& b = training.b();
    Host squares = b.host_constant(0.0);
    for (const LogicalTensor& t : training.optimizer().tensors)
        squares = b.apply([](double s, double norm) { return s + norm * norm; }, squares,
                          b.to_host(b.let(Role::update, norm2(t.gradient))));
    return b.apply(
        [](double s) {
            const double kept = root_or_minus_one(rounded(s));
            return std::sqrt(kept * kept);
        },
        squares);
}

}  // namespace

RecordedStep record_deepspeed_fused(const EngineInputs& in, bool fp16) {
    Host (*const look)(Training&) = [](Training& t) { return t.find_overflow(); };
    return record_sixteen_bit(in, {.grouping = Training::Grouping::one_a_group,
                                   .scales = fp16,
                                   .find_overflow = fp16 ? look : nullptr,
                                   .total_norm = total_norm,
                                   .norm_is_unscaled = true});
}

}  // namespace halfstep
