#include "halfstep/format/stochastic.hpp"

#include <algorithm>

#include "halfstep/format/environment.hpp"

namespace halfstep {

RoundStochastic::RoundStochastic(const Rounding& rounding)
    : Multiples(rounding),
      unused_(32 - std::clamp(std::min(rounding.random_bits, 51 - rounding.format.precision), 1, 32)),
      scale_(from_bits<double>(static_cast<std::uint64_t>(1023 - (32 - unused_)) << 52)) {}

// The upper 16 bits of a word cost half of what 32 do and nearly always decide: the thresholds they leave
// open lie strictly between two of their multiples. Where x does, the other bits are drawn.
void RoundStochastic::operator()(const RandomBits& bits, const RandomPlace& place, std::uint32_t first, const double* x,
                                 double* y, int n) const {
    const FloatingPointEnvironment environment;
    constexpr int block = 256;
    std::uint16_t upper[block];
    const RoundStochastic own = *this;
    const bool enough = unused_ >= 16;
    const std::uint32_t cut = enough ? static_cast<std::uint32_t>(unused_ - 16) : 0u;
    // With 16 bits or fewer there is one threshold.
    const double low = enough ? 0.5 * scale_ : 0.0, high = enough ? 0.5 * scale_ : 0x1p-16;
    const double step = enough ? scale_ : 0x1p-16;
    for (int start = 0; start < n; start += block) {
        const int count = std::min(block, n - start);
        const std::uint32_t from = first + static_cast<std::uint32_t>(start);
        bits.upper_halves(place, from, count, upper);
        double result[block], random[block];
        std::uint64_t open = 0;
        for (int i = 0; i < count; ++i)
            random[i] = static_cast<double>(static_cast<std::int32_t>(upper[i] >> cut)) * step;
        for (int i = 0; i < count; ++i) {
            const double v = x[start + i];
            const Between b = own.between(v);
            const double below = (random[i] + low) * b.unit, above = (random[i] + high) * b.unit;
            open |= static_cast<std::uint64_t>(b.rest > below) & static_cast<std::uint64_t>(b.rest < above);
            result[i] = own.chosen(b, random[i] + low, v, own.infinite_);
        }
        if (open && !enough)
            for (int i = 0; i < count; ++i) {
                const Between b = between(x[start + i]);
                const double random = static_cast<double>(upper[i]) * 0x1p-16;
                if (b.rest > random * b.unit && b.rest < (random + 0x1p-16) * b.unit)
                    result[i] = (*this)(x[start + i], bits.word(place, from + static_cast<std::uint32_t>(i)));
            }
        std::copy_n(result, count, y + start);
    }
}

}  // namespace halfstep
