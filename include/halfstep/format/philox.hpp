// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3):
// random bits as a pure function of key and counter, so that thread count, vector width and call
// order change nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace halfstep {

using PhiloxBlock = std::array<std::uint32_t, 4>;

PhiloxBlock philox4x32_10(PhiloxBlock counter, std::array<std::uint32_t, 2> key);

// A named stream of random values: key = (seed, hash of the name), counter = (step, worker, block).
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::string_view name);

    // Element i of the draw for (step, worker); any order, any number of times.
    double uniform(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;  // in [0, 1), 53 bits
    double normal(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;   // Box-Muller, mean 0, variance 1
    // Uniform in [0, n), n >= 1, without modulo bias beyond 2^-53 n.
    std::uint32_t below(std::uint32_t n, std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;

private:
    PhiloxBlock block(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;
    std::array<std::uint32_t, 2> key_;
};

}  // namespace halfstep
