// Block formats: consecutive elements that share a power of two. OCP Microscaling Formats (MX) 1.0, section 6.3:
// with m the largest magnitude of a block, the shared scale is 2^(floor(log2 m) - emax), emax the exponent of
// the element format's largest value, kept within the 2^-127 to 2^127 of E8M0; every element is x / scale
// rounded to the element format, saturating, times the scale. A block of zeros has the smallest scale. A block
// that holds an infinity or a NaN has the scale NaN: all of its elements become NaN.
#pragma once

#include "halfstep/format/philox.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/stochastic.hpp"

namespace halfstep {

class RoundBlock {
public:
    // A rounding to a format with a block, in any mode.
    explicit RoundBlock(const Rounding& rounding);

    int size() const { return size_; }
    // n numbers, cut into blocks of `size()` from the first on; the last may be shorter. y may be x.
    void operator()(const double* x, double* y, int n) const;
    // With random bits, for the mode `stochastic`: x[0] is element `first` of an array.
    void operator()(const RandomBits& bits, const RandomPlace& place, std::uint32_t first, const double* x, double* y,
                    int n) const;
    // The scale that n numbers share; NaN where there is none.
    double scale(const double* x, int n) const;

private:
    template <class RoundElements>
    void blocks(const double* x, double* y, int n, RoundElements round) const;

    int size_, emax_;
    bool stochastic_;
    Rounding element_;
};

}  // namespace halfstep
