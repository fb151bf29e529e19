// What the named formats can hold: the largest, the smallest normal and the smallest subnormal number, and the
// unit roundoff, the largest relative error of one rounding to nearest.
//
// Prints:
//   fp32            3.40282e+38   1.17549e-38   1.4013e-45    5.96046e-08
//   tf32            3.40116e+38   1.17549e-38   1.14794e-41   0.000488281
//   bf16            3.38953e+38   1.17549e-38   9.18355e-41   0.00390625
//   fp16            65504         6.10352e-05   5.96046e-08   0.000488281
//   fp8_e5m2        57344         6.10352e-05   1.52588e-05   0.125
//   fp8_e4m3        448           0.015625      0.00195312    0.0625
//   fp8_e5m2fnuz    57344         3.05176e-05   7.62939e-06   0.125
//   fp8_e4m3fnuz    240           0.0078125     0.000976562   0.0625
//   fp6_e3m2        28            0.25          0.0625        0.125
//   fp6_e2m3        7.5           1             0.125         0.0625
//   fp4_e2m1        6             1             0.5           0.25
#include <cstdio>

#include "halfstep/format/format.hpp"

int main() {
    for (const halfstep::Format& f : halfstep::named_formats()) {
        if (f.block > 0) continue;  // elements of one of the others, with a shared scale
        std::printf("%-13s   %-11g   %-11g   %-11g   %g\n", f.name.c_str(), f.max_finite, f.min_normal(),
                    f.min_subnormal(), f.unit_roundoff());
    }
}
