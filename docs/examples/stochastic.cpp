// Stochastic rounding keeps what rounding to nearest loses, on average, and is the same on every machine.
//
// Prints:
//   to nearest   1
//   stochastic   1.0995
#include <cstdio>
#include <vector>

#include "halfstep/format/arrays.hpp"

int main() {
    for (const bool by_chance : {false, true}) {
        halfstep::Rounding bf16 = halfstep::rounding_to("bf16");
        if (by_chance) bf16.mode = halfstep::RoundingMode::stochastic;
        const halfstep::RandomBits bits(1, "weights");
        std::vector<float> w(1000, 1.0f);
        for (std::uint64_t step = 0; step < 100; ++step) {
            for (float& x : w) x += 0.001f;  // an eighth of the distance between bf16 numbers
            round(bf16, bits, {step, 0, 0}, 0, w, w);
        }
        double mean = 0.0;
        for (const float x : w) mean += double(x) / 1000.0;
        std::printf("%s   %.5g\n", by_chance ? "stochastic" : "to nearest", mean);
    }
}
