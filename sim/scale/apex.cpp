// apex amp's dynamic LossScaler (reference semantics 8):
//   overflow: scale = scale / 2, not below min_scale; unskipped = 0
//   clean:    unskipped += 1
//   unskipped == window: scale = min(2 * scale, max_scale); unskipped = 0
// The first doubling comes after exactly `window` clean steps, and the factor is always 2.
#include <algorithm>

#include "rows.hpp"

namespace halfstep {
namespace {

void next(const double* in, double* out) {
    const bool overflow = in[0] != 0.0;
    double scale = in[1], unskipped = in[2];
    const double window = in[3], min_scale = in[4], max_scale = in[5];
    if (overflow) {
        // 0 counts as no minimum.
        scale = min_scale != 0.0 ? std::max(min_scale, scale / 2.0) : scale / 2.0;
        unskipped = 0.0;
    } else {
        unskipped += 1.0;
    }
    if (unskipped == window) {
        scale = std::min(max_scale, scale * 2.0);
        unskipped = 0.0;
    }
    out[0] = scale;
    out[1] = unskipped;
}

}  // namespace

const LossScalerRow loss_scaler_apex = {
    .schema = {"apex",
               "apex amp's dynamic loss scale: halved on overflow, doubled after a clean window, at most 2^24",
               {number("init_scale", 65536.0, "the scale starts at the smaller of it and max_scale", Range::above(0)),
                integer("window", 2000, "clean steps in a row between doublings", Range::between(1, 1e9)),
                number("min_scale", 0.0, "the floor (min_loss_scale); 0: none", Range::at_least(0)),
                number("max_scale", 0x1p24, "the ceiling (max_loss_scale)", Range::above(0))}},
    .initial =
        [](const Configured& c) {
            return std::vector<double>{std::min(c.number("max_scale"), c.number("init_scale")), 0.0};
        },
    .options =
        [](const Configured& c) {
            return std::vector<double>{c.number("window"), c.number("min_scale"), c.number("max_scale")};
        },
    .next = next,
};

}  // namespace halfstep
