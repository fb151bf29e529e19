// A constant scale. A step whose gradients overflow is skipped, as both DeepSpeed wrappers do with
// fp16.loss_scale != 0 (reference semantics 7.3, recording o22).
#include "rows.hpp"

namespace halfstep {

const LossScalerRow loss_scaler_static = {
    .schema = {"static",
               "a constant loss scale; steps with an overflow are skipped",
               {{"scale",
                 {ValueType::number},
                 Value{1024.0},
                 "factor on the loss before the backward pass",
                 Range::above(0)}}},
    .initial = [](const Configured& c) { return std::vector<double>{c.number("scale")}; },
    .options = [](const Configured&) { return std::vector<double>(); },
    .next = [](const double* in, double* out) { out[0] = in[1]; },
};

}  // namespace halfstep
