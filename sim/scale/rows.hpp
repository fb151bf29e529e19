#pragma once

#include "halfstep/scale/loss_scaler.hpp"

namespace halfstep {
extern const LossScalerRow loss_scaler_none, loss_scaler_static, loss_scaler_deepspeed;
}  // namespace halfstep
