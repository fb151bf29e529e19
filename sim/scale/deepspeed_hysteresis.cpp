// DeepSpeed's DynamicLossScaler, which ZeRO stages 1 to 3 use (reference semantics 8), with h = hysteresis and
// H what is left of it:
//   overflow: h == 1 or H == 1: at min_scale an error, otherwise scale = max(scale / 2.0, min_scale);
//             else H -= 1.  last_overflow = iteration
//   clean:    consecutive_hysteresis: H = h.  k = iteration - last_overflow - 1;
//             k > 0 and k % window == 0: scale *= 2, and H = h
//   iteration += 1 either way, but for the error, which changes nothing.
// Without consecutive_hysteresis H once used up stays so until the next doubling.
#include <cmath>

#include "rows.hpp"

namespace halfstep {
namespace {

void next(const double* in, double* out) {
    const bool overflow = in[0] != 0.0;
    double scale = in[1], last_overflow = in[3], left = in[4];
    const double iteration = in[2], window = in[5], min_scale = in[6], hysteresis = in[7];
    const bool consecutive = in[8] != 0.0, raises = in[9] != 0.0;
    double failed = 0.0;
    if (overflow) {
        const bool lowers = hysteresis == 1.0 || left == 1.0;
        if (lowers && raises && scale == min_scale)
            failed = 1.0;
        else if (lowers)
            scale = std::fmax(scale / 2.0, min_scale);
        else
            left -= 1.0;
        if (failed == 0.0) last_overflow = iteration;
    } else {
        if (consecutive) left = hysteresis;
        const double clean = iteration - last_overflow - 1.0;
        if (clean > 0.0 && std::fmod(clean, window) == 0.0) {
            left = hysteresis;
            scale *= 2.0;
        }
    }
    out[0] = scale;
    out[1] = iteration + (failed == 0.0 ? 1.0 : 0.0);
    out[2] = last_overflow;
    out[3] = left;
    out[4] = failed;
}

}  // namespace

const LossScalerRow loss_scaler_deepspeed_hysteresis = {
    .schema =
        {"deepspeed_hysteresis",
         "DeepSpeed's loss scale under ZeRO: forgives overflows (hysteresis), and ends the run at its floor",
         {integer("initial_scale_power", 16, "the scale starts at 2^initial_scale_power", Range::between(-126, 127)),
          optional("init_scale", {ValueType::number}, "or at this number", Range::above(0)),
          integer("window", 1000, "clean steps between doublings (loss_scale_window)", Range::between(1, 1e9)),
          number("min_scale", 1.0, "the floor (min_loss_scale)", Range::at_least(0)),
          integer("hysteresis", 2, "overflows until the scale falls (delayed_shift); below 1: it never falls",
                  Range::between(-1e9, 1e9)),
          boolean("consecutive_hysteresis", false, "every clean step restores the hysteresis, not only a doubling"),
          boolean("raise_error_at_min_scale", true, "an overflow at the floor is an error that ends the run")}},
    .failure = "the loss scale is at its minimum already and cannot be lowered any more",
    .initial =
        [](const Configured& c) {
            const double scale =
                c.has("init_scale") ? c.number("init_scale") : std::ldexp(1.0, int(c.integer("initial_scale_power")));
            return std::vector<double>{scale, 0.0, -1.0, c.number("hysteresis")};
        },
    .options =
        [](const Configured& c) {
            return std::vector<double>{c.number("window"), c.number("min_scale"), c.number("hysteresis"),
                                       c.boolean("consecutive_hysteresis") ? 1.0 : 0.0,
                                       c.boolean("raise_error_at_min_scale") ? 1.0 : 0.0};
        },
    .next = next,
};

}  // namespace halfstep
