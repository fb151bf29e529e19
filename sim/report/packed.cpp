#include "packed.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace halfstep {
namespace {

template <class Bits>
void append_little_endian(std::string& out, Bits bits) {
    for (std::size_t i = 0; i < sizeof bits; ++i) out += static_cast<char>((bits >> (8 * i)) & 0xff);
}

bool fits_binary32(double value) {
    if (!std::isfinite(value) || value == 0) return true;
    return std::abs(value) <= std::numeric_limits<float>::max() && std::abs(value) >= std::numeric_limits<float>::min();
}

char level_of(float share) {
    constexpr int steps = 50;
    if (!(share > 0)) return 'A';
    const int level = share >= 1 ? 51 : 1 + std::min(steps - 1, static_cast<int>(std::sqrt(share) * steps));
    return static_cast<char>(level < 26 ? 'A' + level : 'a' + level - 26);
}

}  // namespace

std::string base64(std::string_view bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t waiting = 0;
    int bits = 0;
    for (const char c : bytes) {
        waiting = waiting << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) out += digits[(waiting >> (bits - 6)) & 63];
    }
    if (bits > 0) out += digits[(waiting << (6 - bits)) & 63];
    return out;
}

std::string packed_steps(const std::vector<std::int64_t>& steps) {
    std::string bytes;
    std::int64_t before = 0;
    for (const std::int64_t step : steps) {
        auto rest = static_cast<std::uint64_t>(step - before);
        for (; rest >= 128; rest >>= 7) bytes += static_cast<char>((rest & 127) | 128);
        bytes += static_cast<char>(rest);
        before = step;
    }
    return base64(bytes);
}

PackedValues packed_values(const std::vector<double>& values) {
    PackedValues packed;
    packed.wide = !std::all_of(values.begin(), values.end(), fits_binary32);
    std::string bytes;
    for (double value : values) {
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
        if (packed.wide)
            append_little_endian(bytes, std::bit_cast<std::uint64_t>(value));
        else
            append_little_endian(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    }
    packed.text = base64(bytes);
    return packed;
}

std::string packed_shares(const std::vector<float>& shares) {
    std::string out;
    for (std::size_t i = 0, end = 0; i < shares.size(); i = end) {
        const char level = level_of(shares[i]);
        for (end = i + 1; end < shares.size() && level_of(shares[end]) == level;) ++end;
        out += level;
        if (end - i == 2) out += level;
        if (end - i > 2) out += std::to_string(end - i - 1);
    }
    return out;
}

}  // namespace halfstep
