// Stochastic rounding: an inexact x goes to either neighbour, to the upper one with the probability of its
// distance from the lower (Croci et al. 2022, "Stochastic rounding: implementation, error analysis and
// applications", section 2), decided by random bits that are an argument.
//
// With k bits, R uniform in [0, 2^k), and x a fraction f of the way from the lower magnitude to the upper:
// up where f > (R + 1/2) 2^-k. So the probability of up is f rounded to a multiple of 2^-k, within 2^-(k+1)
// of f, without the bias toward zero of adding R and truncating. The same among subnormal numbers; beyond
// max_finite the next multiple of the last place stands for the overflow, also with its probability. What is
// exact stays, whatever the bits.
//
//     RandomBits bits(seed, "weight");
//     RoundStochastic fp16(Rounding{...});
//     double y = fp16(1.0001, bits.word({.step = 7, .worker = 0, .term = 0}, element));
#pragma once

#include <cstdint>
#include <string_view>

#include "halfstep/format/philox.hpp"
#include "halfstep/format/round.hpp"

namespace halfstep {

class RoundStochastic : Multiples {
public:
    // The mode of `rounding` is not looked at. At most 51 - precision of its random bits count, so that they
    // decide rightly on a result rounded to odd (round_to_odd.hpp).
    explicit RoundStochastic(const Rounding& rounding);

    // How many of 32 count.
    int bits() const { return 32 - unused_; }

    // `random`: 32 uniform bits, of which the upper ones count.
    double operator()(double x, std::uint32_t random) const {
        return chosen(between(x), (static_cast<double>(random >> unused_) + 0.5) * scale_, x, infinite_);
    }

    // n elements, the first of which is element `first` of an array: each with the word of its place. y may be x.
    void operator()(const RandomBits& bits, const RandomPlace& place, std::uint32_t first, const double* x, double* y,
                    int n) const;

private:
    int unused_;    // of 32 bits
    double scale_;  // 2^-bits
};

}  // namespace halfstep
