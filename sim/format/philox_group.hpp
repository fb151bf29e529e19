// Sixteen blocks of Philox4x32-10 side by side, a word in 64 bits of a register: the product of two words is one
// instruction, and what it leaves above a word is not looked at.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace halfstep {

inline constexpr std::array<std::uint32_t, 2> philox_factors = {0xd2511f53u, 0xcd9e8d57u};
inline std::array<std::uint32_t, 2> philox_next_key(std::array<std::uint32_t, 2> key) {
    return {key[0] + 0x9e3779b9u, key[1] + 0xbb67ae85u};  // golden ratio; sqrt(3) - 1
}

inline constexpr int group_blocks = 16;

#if defined(__AVX512F__)
inline constexpr int wide_lanes = 8;
#elif defined(__AVX2__)
inline constexpr int wide_lanes = 4;
#else
inline constexpr int wide_lanes = 2;
#endif
typedef std::uint64_t WideWords __attribute__((vector_size(8 * wide_lanes)));
typedef std::uint16_t WideHalves __attribute__((vector_size(2 * wide_lanes)));

// Of the lower halves of a's elements and of b.
inline WideWords product(const WideWords& a, std::uint32_t b) {
    const WideWords other = std::uint64_t{b} - WideWords{};
#if defined(__AVX512F__)
    // Without a mask, g++ 12 warns of its own header (PR 105593).
    return (WideWords)_mm512_maskz_mul_epu32(0xff, (__m512i)a, (__m512i)other);
#elif defined(__AVX2__)
    return (WideWords)_mm256_mul_epu32((__m256i)a, (__m256i)other);
#elif defined(__SSE2__)
    return (WideWords)_mm_mul_epu32((__m128i)a, (__m128i)other);
#else
    return (a & 0xffffffffu) * other;
#endif
}

inline WideHalves lower_halves(const WideWords& x) {
#if defined(__AVX512F__)  // g++ 12 takes some conversions apart, element by element
    return (WideHalves)_mm512_maskz_cvtepi64_epi16(0xff, (__m512i)x);
#else
    return __builtin_convertvector(x, WideHalves);
#endif
}

// The keys of the ten rounds.
using PhiloxKeys = std::array<std::array<std::uint64_t, 2>, 10>;
inline PhiloxKeys philox_keys(std::array<std::uint32_t, 2> key) {
    PhiloxKeys keys;
    for (auto& k : keys) {
        k = {key[0], key[1]};
        key = philox_next_key(key);
    }
    return keys;
}

// out[16 j + l] = half j % 2 (0: the lower) of word j / 2 of the block with counter {first + l, c1, c2, c3}.
inline void philox_group(std::uint32_t first, std::uint32_t c1, std::uint32_t c2, std::uint32_t c3,
                         const PhiloxKeys& keys, std::uint16_t* out) {
    constexpr int together = 2;  // a product waits for the one before it, but not for the other's
    std::uint64_t counters[group_blocks];
    for (int l = 0; l < group_blocks; ++l) counters[l] = first + static_cast<std::uint32_t>(l);
    for (int start = 0; start < group_blocks; start += together * wide_lanes) {
        WideWords c[together][4];
        for (int i = 0; i < together; ++i) {
            std::memcpy(&c[i][0], counters + start + i * wide_lanes, sizeof c[i][0]);
            c[i][1] = c1 - WideWords{};
            c[i][2] = c2 - WideWords{};
            c[i][3] = c3 - WideWords{};
        }
        for (const auto& k : keys)
            for (auto& w : c) {
                const WideWords one = product(w[0], philox_factors[0]), two = product(w[2], philox_factors[1]);
                w[0] = (two >> 32) ^ w[1] ^ k[0];
                w[1] = two;
                w[2] = (one >> 32) ^ w[3] ^ k[1];
                w[3] = one;
            }
        for (int i = 0; i < together; ++i)
            for (int j = 0; j < 8; ++j) {
                const WideHalves halves = lower_halves(j % 2 == 0 ? c[i][j / 2] : c[i][j / 2] >> 16);
                std::memcpy(out + group_blocks * j + start + i * wide_lanes, &halves, sizeof halves);
            }
    }
}

}  // namespace halfstep
