// DeepSpeed's dynamic scale at ZeRO stage 0 (FP16_Optimizer._update_scale), no hysteresis:
//   overflow: scale = max(scale / 2, min_scale); last_overflow = iteration
//   clean:    k = iteration - last_overflow - 1;  if k > 0 and k % window == 0: scale *= 2
//   iteration += 1 either way. The first doubling comes after window + 1 clean iterations. At the
// floor nothing is raised: the run skips for ever.
#include <cmath>

#include "rows.hpp"

namespace halfstep {
namespace {

void next(const double* in, double* out) {
    const bool overflow = in[0] != 0.0;
    double scale = in[1], last_overflow = in[3];
    const double iteration = in[2], window = in[4], min_scale = in[5], factor = in[6];
    if (overflow) {
        scale = std::fmax(scale / factor, min_scale);
        last_overflow = iteration;
    } else {
        const double clean = iteration - last_overflow - 1.0;
        if (clean > 0.0 && std::fmod(clean, window) == 0.0) scale *= factor;
    }
    out[0] = scale;
    out[1] = iteration + 1.0;
    out[2] = last_overflow;
}

}  // namespace

const LossScalerRow loss_scaler_deepspeed = {
    .schema = {"deepspeed",
               "DeepSpeed's dynamic loss scale at stage 0: halved on overflow down to a floor, doubled after a clean "
               "window; no hysteresis",
               {optional(
                    "init_scale", {ValueType::number},
                    "the scale starts here (2^initial_scale_power); built without arguments the fused wrapper starts "
                    "at 2^32, the unfused one at 2^16",
                    Range::above(0)),
                {"initial_scale_power",
                 {ValueType::integer},
                 Value{std::int64_t{16}},
                 "the scale starts at 2^initial_scale_power",
                 Range::between(-126, 127)},
                {"window",
                 {ValueType::integer},
                 Value{std::int64_t{1000}},
                 "clean steps between doublings (loss_scale_window)",
                 Range::between(1, 1e9)},
                {"min_scale",
                 {ValueType::number},
                 Value{1.0},
                 "the floor (min_loss_scale); 0 removes it",
                 Range::at_least(0)},
                {"factor", {ValueType::number}, Value{2.0}, "what it is halved and doubled by", Range::above(1)}}},
    .initial =
        [](const Configured& c) {
            const double scale =
                c.has("init_scale") ? c.number("init_scale") : std::ldexp(1.0, int(c.integer("initial_scale_power")));
            return std::vector<double>{scale, 0.0, -1.0};
        },
    .options =
        [](const Configured& c) {
            return std::vector<double>{c.number("window"), c.number("min_scale"), c.number("factor")};
        },
    .next = next,
};

}  // namespace halfstep
