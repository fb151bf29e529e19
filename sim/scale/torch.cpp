// torch.cuda.amp's GradScaler (reference semantics 8). The scale is binary32; products are formed in
// binary64 and rounded once:
//   overflow: tracker = 0; scale = fl32(scale * backoff_factor)
//   clean:    tracker += 1; tracker == growth_interval: scale = fl32(scale * growth_factor), unless that is
//             not finite; tracker = 0
// There is no floor: after enough overflows the scale is 0 and never recovers. `hysteresis` is that of
// apex's update_scale_hysteresis: so many overflows, without a clean step between them, are forgiven but
// for the last; 1 is torch's own behaviour.
#include <cmath>

#include "rows.hpp"

namespace halfstep {
namespace {

double in_binary32(double x) {
    return static_cast<double>(static_cast<float>(x));
}

void next(const double* in, double* out) {
    const bool overflow = in[0] != 0.0;
    double scale = in[1], tracker = in[2], forgiven = in[3];
    const double growth = in[4], backoff = in[5], interval = in[6], hysteresis = in[7];
    if (overflow) {
        forgiven -= 1.0;
        tracker = 0.0;
        if (forgiven <= 0.0) scale = in_binary32(scale * backoff);
    } else {
        forgiven = hysteresis;
        tracker += 1.0;
        if (tracker == interval) {
            const double grown = in_binary32(scale * growth);
            if (std::isfinite(grown)) scale = grown;
            tracker = 0.0;
        }
    }
    out[0] = scale;
    out[1] = tracker;
    out[2] = forgiven;
}

}  // namespace

const LossScalerRow loss_scaler_torch = {
    .schema = {"torch",
               "torch's GradScaler: a binary32 scale that backs off on overflow and grows after a clean interval; "
               "no floor",
               {number("init_scale", 65536.0, "the scale starts here, rounded to binary32",
                       Range::between(0x1p-149, 0x1.fffffep127)),
                number("growth_factor", 2.0, "what the scale grows by", Range::above(1)),
                number("backoff_factor", 0.5, "what an overflow multiplies the scale by",
                       Range::between(0x1p-149, std::nextafter(1.0, 0.0))),
                integer("growth_interval", 2000, "clean steps in a row between growths", Range::between(1, 1e9)),
                integer("hysteresis", 1, "overflows without a clean step between them until the scale backs off",
                        Range::between(1, 1e9))}},
    .initial =
        [](const Configured& c) {
            return std::vector<double>{in_binary32(c.number("init_scale")), 0.0, c.number("hysteresis")};
        },
    .options =
        [](const Configured& c) {
            return std::vector<double>{c.number("growth_factor"), c.number("backoff_factor"),
                                       c.number("growth_interval"), c.number("hysteresis")};
        },
    .next = next,
};

}  // namespace halfstep
