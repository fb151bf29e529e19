// A constant scale whose steps are taken whatever their gradients are: apex's LossScaler with a fixed
// scale, which never skips (reference semantics 8).
#include "rows.hpp"

namespace halfstep {

const LossScalerRow loss_scaler_constant = {
    .schema = {"constant",
               "a constant loss scale; overflow is not looked for (apex's fixed scale)",
               {number("scale", 1.0, "factor on the loss before the backward pass", Range::above(0))}},
    .checks_overflow = false,
    .initial = [](const Configured& c) { return std::vector<double>{c.number("scale")}; },
    .options = [](const Configured&) { return std::vector<double>(); },
    .next = [](const double* in, double* out) { out[0] = in[1]; },
};

}  // namespace halfstep
