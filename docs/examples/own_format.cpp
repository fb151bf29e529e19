// Any format with up to 8 exponent and 23 fraction bits has a name; its limits follow from it.
//
// Prints:
//   e4m5: 10 bits, largest 252, smallest 0.015625, subnormal 0.00048828125
//   0.3 is 0x0a6
#include <cstdio>

#include "halfstep/format/encoding.hpp"
#include "halfstep/format/round.hpp"

int main() {
    const halfstep::Rounding rounding = halfstep::rounding_to("e4m5");
    const halfstep::Format& f = rounding.format;
    std::printf("%s: %d bits, largest %g, smallest %g, subnormal %.11g\n", f.name.c_str(), halfstep::width(f),
                f.max_finite, f.min_normal(), f.min_subnormal());
    std::printf("0.3 is 0x%03x\n", halfstep::encode(f, halfstep::round_to(rounding, 0.3)));
}
