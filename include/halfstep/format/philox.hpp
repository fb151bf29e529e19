// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3):
// random bits as a pure function of key and counter, so that thread count, vector width and call
// order change nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "halfstep/format/exact_math.hpp"

namespace halfstep {

using PhiloxBlock = std::array<std::uint32_t, 4>;

PhiloxBlock philox4x32_10(PhiloxBlock counter, std::array<std::uint32_t, 2> key);

// Which word of a stream: `step` counts modulo 2^32, `worker` to 2^31; `term` tells roundings of one element
// apart, for example those of the partial sums that lead to it.
struct RandomPlace {
    std::uint64_t step = 0;
    std::uint32_t worker = 0;
    std::uint32_t term = 0;
};

// A named stream of 32-bit words for stochastic rounding, one an element. Its key is a RandomStream's. With
// e = 128 s + 16 j + l, 0 <= l < 16, 0 <= j < 8, the upper half of element e's word is half j % 2 (0: the lower)
// of word j / 2 of the block with counter {16 s + l, term, step, worker}, and the lower half the same of
// {16 s + l, term, step, worker + 2^31}: in this order 128 elements are 16 blocks side by side.
class RandomBits {
public:
    RandomBits(std::uint64_t seed, std::string_view name);

    std::uint32_t word(const RandomPlace& place, std::uint32_t element) const;
    // Of elements first, first + 1, ...: 0.25 ns each with AVX-512 where there are many.
    void upper_halves(const RandomPlace& place, std::uint32_t first, int n, std::uint16_t* out) const;

private:
    std::array<std::uint32_t, 2> key_;
};

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
