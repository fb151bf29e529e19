// fp8 E4M3 has no infinity: what is too large becomes NaN, or saturates where the rounding says so.
//
// Prints:
//   448  448  448
//   464  448  448
//   465  nan  448
#include <cstdio>

#include "halfstep/format/round.hpp"

int main() {
    const halfstep::Rounding plain = halfstep::rounding_to("fp8_e4m3");
    halfstep::Rounding saturating = plain;
    saturating.overflow = halfstep::Overflow::saturate;
    for (const double x : {448.0, 464.0, 465.0})
        std::printf("%g  %g  %g\n", x, halfstep::round_to(plain, x), halfstep::round_to(saturating, x));
}
