#include "halfstep/format/philox.hpp"

#include <algorithm>
#include <cmath>

#include "guarded.hpp"
#include "halfstep/format/elementary.hpp"
#include "philox_group.hpp"

namespace halfstep {

namespace {

struct HighLow {
    std::uint32_t high, low;
};
HighLow multiply(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t product = std::uint64_t{a} * b;
    return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}

// FNV-1a, 64 bits (Fowler, Noll and Vo).
std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

// The upper 53 of 64 bits, high word first.
std::uint64_t bits53(std::uint32_t high, std::uint32_t low) {
    return ((std::uint64_t{high} << 32) | low) >> 11;
}

std::array<std::uint32_t, 2> stream_key(std::uint64_t seed, std::string_view name) {
    const std::uint64_t hash = fnv1a(name);
    const PhiloxBlock mixed = philox4x32_10({static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                                             static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32)},
                                            {0, 0});
    return {mixed[0], mixed[1]};
}

constexpr std::uint32_t lanes = group_blocks, per_group = 8 * lanes;
constexpr std::uint32_t lower_half = std::uint32_t{1} << 31;

std::uint16_t half_of(const PhiloxBlock& block, std::uint32_t j) {
    return static_cast<std::uint16_t>(block[j / 2] >> (16 * (j % 2)));
}

// Box-Muller
double normal_of(const PhiloxBlock& words, bool cosine) {
    const double u = static_cast<double>(bits53(words[0], words[1]) + 1) * 0x1p-53;  // (0, 1]: its logarithm exists
    const double turns = static_cast<double>(bits53(words[2], words[3])) * 0x1p-53;
    const double radius = std::sqrt(-2.0 * log_to_odd(u));
    const SinCos direction = sincos_turns(turns);
    return radius * (cosine ? direction.cos : direction.sin);
}

}  // namespace

PhiloxBlock philox4x32_10(PhiloxBlock c, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const HighLow first = multiply(philox_factors[0], c[0]);
        const HighLow second = multiply(philox_factors[1], c[2]);
        c = {second.high ^ c[1] ^ key[0], second.low, first.high ^ c[3] ^ key[1], first.low};
        key = philox_next_key(key);
    }
    return c;
}

RandomBits::RandomBits(std::uint64_t seed, std::string_view name) : key_(stream_key(seed, name)) {}

std::uint32_t RandomBits::word(const RandomPlace& place, std::uint32_t element) const {
    const std::uint32_t counter = lanes * (element / per_group) + element % lanes, j = element / lanes % 8;
    const auto step = static_cast<std::uint32_t>(place.step);
    const std::uint32_t upper = half_of(philox4x32_10({counter, place.term, step, place.worker}, key_), j);
    const std::uint32_t lower = half_of(philox4x32_10({counter, place.term, step, place.worker + lower_half}, key_), j);
    return upper << 16 | lower;
}

void RandomBits::upper_halves(const RandomPlace& place, std::uint32_t first, int n, std::uint16_t* out) const {
    const auto step = static_cast<std::uint32_t>(place.step);
    const PhiloxKeys keys = philox_keys(key_);
    for (int at = 0; at < n;) {
        const std::uint32_t element = first + static_cast<std::uint32_t>(at), group = element / per_group;
        const int count = std::min<int>(n - at, static_cast<int>(per_group - element % per_group));
        if (count < static_cast<int>(lanes)) {  // not worth a whole group
            for (int i = 0; i < count; ++i) {
                const std::uint32_t e = element + static_cast<std::uint32_t>(i);
                out[at + i] = half_of(philox4x32_10({lanes * group + e % lanes, place.term, step, place.worker}, key_),
                                      e / lanes % 8);
            }
        } else {
            std::uint16_t halves[per_group];
            std::uint16_t* group_out = count == static_cast<int>(per_group) ? out + at : halves;
            philox_group(lanes * group, place.term, step, place.worker, keys, group_out);
            if (group_out == halves) std::copy_n(halves + element % per_group, count, out + at);
        }
        at += count;
    }
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : key_(stream_key(seed, name)) {}

PhiloxBlock RandomStream::block(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
    return philox4x32_10({i / 2, worker, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)},
                         key_);
}

double RandomStream::uniform(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
    const PhiloxBlock words = block(step, worker, i);
    const std::size_t first = 2 * (i % 2);
    return static_cast<double>(bits53(words[first], words[first + 1])) * 0x1p-53;
}

double RandomStream::normal(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
    const PhiloxBlock words = block(step, worker, i);
    return guarded([&] { return normal_of(words, i % 2 == 0); });
}

std::uint32_t RandomStream::below(std::uint32_t n, std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
    // uniform <= 1 - 2^-53, so the rounded product stays below n for every n < 2^32.
    const double u = uniform(step, worker, i);
    return guarded(u, [n](double v) { return static_cast<std::uint32_t>(v * static_cast<double>(n)); });
}

}  // namespace halfstep
