// A format is data. Those with up to 8 exponent and 23 fraction bits have names; others are written down: here
// e5m2 whose top exponent holds numbers instead of infinities, as that of fp8_e4m3 does.
//
// Prints:
//   e4m5: 10 bits, largest 252, smallest 0.015625, subnormal 0.00048828125
//   0.3 is 0x0a6
//   e5m2_finite: 8 bits, largest 98304, smallest 6.103515625e-05, subnormal 1.52587890625e-05
//   70000 is 65536, in fp8_e5m2 inf
#include <cstdio>

#include "halfstep/format/encoding.hpp"
#include "halfstep/format/round.hpp"

void print(const halfstep::Format& f) {
    std::printf("%s: %d bits, largest %g, smallest %.12g, subnormal %.12g\n", f.name.c_str(), halfstep::width(f),
                f.max_finite, f.min_normal(), f.min_subnormal());
}

int main() {
    const halfstep::Rounding named = halfstep::rounding_to("e4m5");
    print(named.format);
    std::printf("0.3 is 0x%03x\n", halfstep::encode(named.format, halfstep::round_to(named, 0.3)));

    const halfstep::Format e5m2_finite = {.name = "e5m2_finite",
                                          .precision = 3,  // with the hidden bit
                                          .emin = -14,
                                          .emax = 16,
                                          .max_finite = 0x1.8p16,  // all ones is NaN
                                          .has_infinity = false};
    print(e5m2_finite);
    const halfstep::Rounding own = {.format = e5m2_finite, .overflow = e5m2_finite.default_overflow()};
    std::printf("70000 is %g, in fp8_e5m2 %g\n", halfstep::round_to(own, 70000.0),
                halfstep::round_to(halfstep::rounding_to("fp8_e5m2"), 70000.0));
}
