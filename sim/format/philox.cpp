#include "halfstep/format/philox.hpp"

#include <cmath>

#include "halfstep/format/elementary.hpp"

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

}  // namespace

PhiloxBlock philox4x32_10(PhiloxBlock c, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const HighLow first = multiply(0xd2511f53u, c[0]);
        const HighLow second = multiply(0xcd9e8d57u, c[2]);
        c = {second.high ^ c[1] ^ key[0], second.low, first.high ^ c[3] ^ key[1], first.low};
        key[0] += 0x9e3779b9u;  // golden ratio
        key[1] += 0xbb67ae85u;  // sqrt(3) - 1
    }
    return c;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) {
    const std::uint64_t hash = fnv1a(name);
    const PhiloxBlock mixed = philox4x32_10({static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                                             static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32)},
                                            {0, 0});
    key_ = {mixed[0], mixed[1]};
}

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
    const double u = static_cast<double>(bits53(words[0], words[1]) + 1) * 0x1p-53;  // (0, 1]: its logarithm exists
    const double turns = static_cast<double>(bits53(words[2], words[3])) * 0x1p-53;
    const double radius = std::sqrt(-2.0 * log_to_odd(u));
    const SinCos direction = sincos_turns(turns);
    return radius * (i % 2 == 0 ? direction.cos : direction.sin);
}

std::uint32_t RandomStream::below(std::uint32_t n, std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
    // uniform <= 1 - 2^-53, so the rounded product stays below n for every n < 2^32.
    return static_cast<std::uint32_t>(uniform(step, worker, i) * static_cast<double>(n));
}

}  // namespace halfstep
