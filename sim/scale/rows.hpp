#pragma once

#include "halfstep/scale/loss_scaler.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
extern const LossScalerRow loss_scaler_none, loss_scaler_static, loss_scaler_constant, loss_scaler_deepspeed,
    loss_scaler_deepspeed_hysteresis, loss_scaler_apex, loss_scaler_torch;
}  // namespace halfstep
