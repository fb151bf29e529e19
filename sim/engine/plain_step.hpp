// The step of a program that does nothing but: forward, backward, mean over the workers, then, where the loss is
// scaled, unscale by the scale the backward pass used and skip the step on overflow. Clipping is torch's
// clip_grad_norm_: g * min(1, clip / (|g| + 1e-6)) with the norm of what the optimizer gets.
#pragma once

#include "training.hpp"

namespace halfstep {

struct PlainStep {
    bool masters_from_weights;         // masters start as the rounded weights
    Host (*find_overflow)(Training&);  // asked where the scaler checks
};
RecordedStep record_plain_step(const EngineInputs& in, const PlainStep& how);

}  // namespace halfstep
