#include "narrow_modes.hpp"

#include <algorithm>
#include <array>

#include "mode_rules.hpp"

namespace halfstep {
namespace {

using Limits = std::numeric_limits<float>;

// Above which errors of the nearest multiple, ties to even, a mode that goes up above `threshold` wants the upper
// neighbour, and below which the lower one.
float up_of(double threshold) {
    return threshold == always ? 0.0f : threshold == from_half ? 0x1.fffffep-2f : Limits::infinity();
}
float down_of(double threshold) {
    return threshold == never ? 0.0f : -Limits::infinity();
}

// What dropped bits have added, of which `all` is the largest number.
std::uint32_t added(double threshold, std::uint32_t all) {
    if (threshold == always) return all;
    if (threshold == never) return 0;
    return threshold == from_half ? all / 2 + 1 : all / 2;
}

float overflow_of(const Rounding& rounding, bool negative) {
    const RoundingConstants<float> k(rounding);
    return overflows(rounding.mode, negative) ? k.overflow_value : static_cast<float>(rounding.format.max_finite);
}

}  // namespace

NarrowForm narrow_form(const Rounding& rounding) {
    // Half of a last place has to be a normal number, and one bit of the carrier less than that a number.
    if (rounding.subnormal_inputs == Subnormals::flush) return NarrowForm::none;
    const bool fine = rounding.format.emin + 1 - rounding.format.precision >= -124;
    switch (choose_kernel<float>(rounding)) {
        case KernelForm::magic:
            return fine ? NarrowForm::magic : NarrowForm::none;
        case KernelForm::mask:
            return NarrowForm::mask;
        default:
            return NarrowForm::none;
    }
}

NarrowMagic::NarrowMagic(const Rounding& rounding) {
    const RoundingConstants<float> k(rounding);
    const Threshold positive = threshold_of(rounding.mode, false), negative = threshold_of(rounding.mode, true);
    lowest_exponent_ = to_bits(k.lowest_exponent);
    highest_exponent_ = to_bits(k.highest_exponent);
    raise_ = static_cast<std::uint32_t>(k.dropped_bits) << 23;
    lower_ = static_cast<std::uint32_t>(rounding.format.precision - 1) << 23;
    const bool to_odd = rounding.mode == RoundingMode::to_odd;
    parity_ = to_odd ? 1 : 0;
    up_ = {up_of(positive.even), up_of(negative.even)};
    down_ = {down_of(to_odd ? never : positive.even), down_of(to_odd ? never : negative.even)};
    overflow_ = {overflow_of(rounding, false), overflow_of(rounding, true)};
    largest_ = static_cast<float>(rounding.format.max_finite);
    infinite_ = k.overflow_value;
}

NarrowMask::NarrowMask(const Rounding& rounding) {
    const int dropped = 24 - rounding.format.precision;
    last_ = std::uint32_t{1} << dropped;
    keep_ = ~(last_ - 1u);
    shift_ = static_cast<std::uint32_t>(32 - dropped);
    const Threshold positive = threshold_of(rounding.mode, false), negative = threshold_of(rounding.mode, true);
    even_ = {added(positive.even, last_ - 1u), added(negative.even, last_ - 1u)};
    odd_ = {added(positive.odd, last_ - 1u), added(negative.odd, last_ - 1u)};
}

namespace {

// Whether a condition was true of any number.
class Any {
public:
    void add(bool condition) { one_ |= condition; }
    template <class Condition>
    void add(const Condition& condition) {
        lanes_ |= condition != 0;
    }
    explicit operator bool() const {
        bool any = one_;
        for (int i = 0; i < most_lanes; ++i) any |= lanes_[i] != 0;
        return any;
    }

private:
    using Lane = decltype(Lanes<most_lanes>{} < Lanes<most_lanes>{});
    Lane lanes_{};
    bool one_ = false;
};

// The upper 16 bits of a word nearly always decide, as in RoundStochastic for arrays: of `bits` bits they leave open
// what lies strictly between two of their multiples.
struct UpperBits {
    explicit UpperBits(int bits) : enough(bits <= 16), count(enough ? bits : 16) {}
    bool enough;
    int count;
};

struct ChanceOfMagic {
    ChanceOfMagic(const Rounding& rounding, UpperBits upper)
        : round(rounding),
          cut(16 - upper.count),
          place(23 - upper.count),
          one(to_bits(1.0f) | (upper.enough ? std::uint32_t{1} << (22 - upper.count) : 0)),
          width(upper.enough ? 0.0f : 0x1p-16f) {}
    // The bits after the point of a number between 1 and 2.
    template <class V>
    V threshold(typename BitsOf<V>::type upper) const {
        return from_bits<V>(((upper >> cut) << place) | one) - 1.0f;
    }
    NarrowMagic round;
    int cut, place;
    std::uint32_t one;  // and half of the last bit, where all are there
    float width;
};

struct ChanceOfMask {
    ChanceOfMask(const Rounding& rounding, UpperBits upper)
        : round(rounding),
          cut(16 - upper.count),
          offset(upper.enough ? std::uint32_t{1} << (31 - upper.count) : 0),
          width(upper.enough ? 1 : std::uint32_t{1} << 16) {}
    template <class V>
    typename BitsOf<V>::type threshold(typename BitsOf<V>::type upper) const {
        return ((upper >> cut) << (16 + cut)) + offset;
    }
    NarrowMask round;
    int cut;
    std::uint32_t offset, width;
};

template <class Chance>
void by_chance(const Rounding& rounding, const RandomBits& bits, const RandomPlace& place, std::uint32_t first,
               std::span<const float> x, std::span<float> y) {
    const RoundStochastic one(rounding);
    const Chance chance(rounding, UpperBits(one.bits()));
    constexpr std::ptrdiff_t block = 512;
    std::array<std::uint16_t, block> upper;
    std::array<float, block> kept;
    const auto size = static_cast<std::ptrdiff_t>(x.size());
    for (std::ptrdiff_t start = 0; start < size; start += block) {
        const std::ptrdiff_t n = std::min(block, size - start);
        const std::uint32_t from = first + static_cast<std::uint32_t>(start);
        bits.upper_halves(place, from, static_cast<int>(n), upper.data());
        const float* before = x.data() + start;
        if (x.data() == y.data()) before = std::copy_n(before, n, kept.data()) - n;
        float* out = y.data() + start;
        Any open;
        in_lanes(n, [&]<class V>(std::ptrdiff_t i, V) {
            decltype(V{} < V{}) undecided;
            const auto threshold = chance.template threshold<V>(load_halves<V>(upper.data() + i));
            store(out + i, chance.round.by_chance(load<V>(before + i), threshold, chance.width, undecided));
            open.add(undecided);
        });
        if (!open) continue;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            bool undecided = false;
            const auto threshold = chance.template threshold<float>(upper[std::size_t(i)]);
            chance.round.by_chance(before[i], threshold, chance.width, undecided);
            if (!undecided) continue;
            const std::uint32_t word = bits.word(place, from + static_cast<std::uint32_t>(i));
            out[i] = static_cast<float>(one(static_cast<double>(before[i]), word));
        }
    }
}

}  // namespace

bool round_narrowly(const Rounding& rounding, const RandomBits& bits, const RandomPlace& place, std::uint32_t first,
                    std::span<const float> x, std::span<float> y) {
    switch (narrow_form(rounding)) {
        case NarrowForm::magic:
            return by_chance<ChanceOfMagic>(rounding, bits, place, first, x, y), true;
        case NarrowForm::mask:
            return by_chance<ChanceOfMask>(rounding, bits, place, first, x, y), true;
        default:
            return false;
    }
}

bool round_narrowly(const Rounding& rounding, std::span<const float> x, std::span<float> y) {
    const auto all = [&](const auto round) {
        in_lanes(static_cast<std::ptrdiff_t>(x.size()),
                 [&]<class V>(std::ptrdiff_t i, V) { store(y.data() + i, round(load<V>(x.data() + i))); });
        return true;
    };
    switch (narrow_form(rounding)) {
        case NarrowForm::magic:
            return all(NarrowMagic(rounding));
        case NarrowForm::mask:
            return all(NarrowMask(rounding));
        default:
            return false;
    }
}

}  // namespace halfstep
