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

// A named stream of random values. Its key is the first two words of
// philox4x32_10({seed low, seed high, hash low, hash high}, {0, 0}), hash = 64-bit FNV-1a of the
// name; the counter of elements 2k and 2k+1 is {k, worker, step low, step high}. uniform, normal
// and below read the same blocks: give each purpose a stream of its own.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::string_view name);

    // Element i of the draw for (step, worker); any order, any number of times.
    double uniform(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;  // in [0, 1), 53 bits
    // Mean 0, variance 1 (Box-Muller: elements 2k and 2k+1 are its cosine and sine), |normal| < 8.6.
    double normal(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;
    // Uniform in [0, n), n >= 1; probabilities differ from 1/n by at most 2^-53.
    std::uint32_t below(std::uint32_t n, std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;

private:
    PhiloxBlock block(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const;
    std::array<std::uint32_t, 2> key_;
};

}  // namespace halfstep
