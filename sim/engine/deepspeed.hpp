// DeepSpeed's wrappers, one file each (reference semantics, section 7). sim/engine/deepspeed.cpp
// chooses between them.
#pragma once

#include "training.hpp"

namespace halfstep {

RecordedStep record_deepspeed_bare(const EngineInputs& in);
// fp16, otherwise bf16.
RecordedStep record_deepspeed_fused(const EngineInputs& in, bool fp16);
RecordedStep record_deepspeed_unfused(const EngineInputs& in, bool fp16);
RecordedStep record_deepspeed_bf16_optimizer(const EngineInputs& in);
RecordedStep record_deepspeed_zero(const EngineInputs& in, int stage);

// What the two 16-bit wrappers do alike (7.1 to 7.5), and where they differ.
struct SixteenBitWrapper {
    Training::Grouping grouping;
    bool scales;                       // fp16: the loss is scaled
    Host (*find_overflow)(Training&);  // 1: skip the step; nullptr: every step is applied
    Host (*total_norm)(Training&);     // of the gradients the optimizer is handed, scale and all
    bool norm_is_unscaled;             // what is reported: the norm divided by the scale, or as it is
};
RecordedStep record_sixteen_bit(const EngineInputs& in, const SixteenBitWrapper& wrapper);

// Declares the optimizer's states. The wrappers' constructors call the optimizer once with zero
// gradients: the step counter starts at 1, and where there is weight decay, the call is a step.
void declare_with_initialisation_step(const EngineInputs& in, Training& training);

// x as a binary32 number.
inline double rounded(double x) {
    return static_cast<double>(static_cast<float>(x));
}
// x^0.5 as the original takes it, -1 where that is infinite or NaN: pow, not sqrt, because the C
// library's pow misses the rounded root now and then.
double root_or_minus_one(double x);

}  // namespace halfstep
