// A diagonal quadratic whose numbers all formats hold, and its noise: what the independent loops of
// the optimizer tests compute beside the emulator.
#pragma once

#include <vector>

#include "trainer.hpp"

namespace halfstep::test {

struct Bowl {
    // All of them are multiples of 1/64 below 16: exact in fp16 and wider.
    std::vector<double> curvature = {0.5, 1, 2, 4, 0.25, 3, 1.5};
    std::vector<double> center = {0.25, -0.5, 1, 0, 0.125, -1.5, 2};
    std::vector<double> init = {1.0, -1.25, 0.75, 0.015625, -2, 0.5, 1.5};
    std::vector<std::vector<double>> noise = {{0.5, -0.25, 0.125, 0, 1, -0.5, 0.25},
                                              {-0.375, 0.25, 0, 0.5, -1, 0.75, 0.015625},
                                              {0.25, 0.5, -1, 0.125, 0, 0, -2}};

    int size() const { return int(curvature.size()); }
    Configured model() const {
        return a_model("quadratic", {{"curvature", numbers(curvature)},
                                     {"center", numbers(center)},
                                     {"init", numbers(init)},
                                     {"noise_table", rows(noise)}});
    }
    const std::vector<double>& noise_at(int step) const { return noise[std::size_t(step) % noise.size()]; }
};

}  // namespace halfstep::test
