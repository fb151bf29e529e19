// Why sums are kept in a wider format: ten thousand ones, one after another.
//
// Prints:
//   fp16  2048
//   bf16  256
//   fp32  10000
#include <cstdio>

#include "halfstep/format/scalar.hpp"

int main() {
    for (const char* format : {"fp16", "bf16", "fp32"}) {
        halfstep::ScalarArithmetic arithmetic(halfstep::rounding_to(format));
        double sum = 0.0;
        for (int i = 0; i < 10000; ++i) sum = arithmetic.add(sum, 1.0);
        std::printf("%s  %g\n", format, sum);
    }
}
