// One fused multiply-add in every rounding mode, with IEEE 754's exception flags.
//
// Prints:
//   ties_to_even      2050    0x1
//   ties_to_away      2050    0x1
//   toward_zero       2048    0x1
//   toward_positive   2050    0x1
//   toward_negative   2048    0x1
//   to_odd            2050    0x1
#include <cstdio>

#include "halfstep/format/scalar.hpp"

int main() {
    for (const halfstep::RoundingModeName& mode : halfstep::deterministic_rounding_modes()) {
        halfstep::ScalarArithmetic fp16(halfstep::rounding_to("fp16"), mode.mode);
        const double y = fp16.fma(1025.0, 2.0, -0.75);
        std::printf("%-17s %-7g %#x\n", std::string(mode.name).c_str(), y, fp16.flags());
    }
}
