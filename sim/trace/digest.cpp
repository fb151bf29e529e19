#include "halfstep/trace/digest.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>

namespace halfstep {

struct Digest::State {
    XXH3_state_t hash;
};

Digest::Digest() : state_(std::make_unique<State>()) {
    XXH3_128bits_reset(&state_->hash);
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

namespace {

std::uint64_t little_endian(std::uint64_t word) {
    if constexpr (std::endian::native == std::endian::little) return word;
    std::uint64_t swapped = 0;
    for (int byte = 0; byte < 8; ++byte) swapped |= ((word >> (8 * byte)) & 0xff) << (8 * (7 - byte));
    return swapped;
}

std::uint64_t canonical_bits(double value) {
    return value != value ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(value);
}

}  // namespace

void Digest::add_word(std::uint64_t word) {
    const std::uint64_t bytes = little_endian(word);
    XXH3_128bits_update(&state_->hash, &bytes, sizeof bytes);
}

void Digest::add(std::string_view text) {
    add_word(text.size());
    XXH3_128bits_update(&state_->hash, text.data(), text.size());
}

void Digest::add(double value) {
    add_word(canonical_bits(value));
}

void Digest::add(std::span<const double> values) {
    std::array<std::uint64_t, 256> block;
    while (!values.empty()) {
        const std::size_t count = std::min(block.size(), values.size());
        for (std::size_t i = 0; i < count; ++i) block[i] = little_endian(canonical_bits(values[i]));
        XXH3_128bits_update(&state_->hash, block.data(), count * sizeof(std::uint64_t));
        values = values.subspan(count);
    }
}

std::string Digest::hex() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->hash));
    std::string text;
    for (unsigned char byte : canonical.digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

}  // namespace halfstep
