// Rounds numbers to fp16 and shows what it costs.
//
// Prints:
//   0.1      0.0999755859375
//   2049     2048
//   1e-08    0
//   100000   inf
#include <cstdio>
#include <vector>

#include "halfstep/format/arrays.hpp"

int main() {
    const std::vector<float> x = {0.1f, 2049.0f, 1e-8f, 1e5f};
    std::vector<float> y(x.size());
    halfstep::round(halfstep::rounding_to("fp16"), x, y);
    for (std::size_t i = 0; i < x.size(); ++i) std::printf("%-8g %.16g\n", double(x[i]), double(y[i]));
}
