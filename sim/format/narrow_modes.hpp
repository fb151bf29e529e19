// RoundMode and RoundStochastic of binary32 numbers in binary32, one or several (lanes.hpp): the same results, of
// twice as many numbers a register. Two forms, as to nearest (round.hpp):
//  * Magic: with t = |x| + C, whose last bit is the format's, y = t - C is the nearest multiple of it; the error
//    d = |x| - y is exact, and tells whether the mode wants a neighbour, whose t is one unit of t away.
//  * Mask: what is added to the dropped bits so that they carry where the mode goes up.
#pragma once

#include <span>

#include "halfstep/format/stochastic.hpp"
#include "lanes.hpp"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace halfstep {

// By the mode's choose_kernel<float>: of plain formats, subnormal results kept.
enum class NarrowForm { none, magic, mask };
NarrowForm narrow_form(const Rounding& rounding);

// Of numbers without a sign and of those with one.
template <class T>
struct BySign {
    T positive, negative;
    template <class V, class Condition>
    V at(Condition is_negative) const {
        return is_negative ? splat<V>(negative) : splat<V>(positive);
    }
};

class NarrowMagic {
public:
    explicit NarrowMagic(const Rounding& rounding);

    // By the mode.
    template <class V>
    V operator()(V x) const {
        const Parts<V> p = parts(x);
        const V t = p.magnitude + p.c, error = p.magnitude - (t - p.c);
        auto steps = to_bits(t);
        const auto is_negative = p.sign != 0u, free = (steps & parity_) == 0u;
        const V up = up_.at<V>(is_negative) * p.unit, down = down_.at<V>(is_negative) * p.unit;
        steps = ((error > up) & free) ? steps + 1u : steps;
        steps = ((error < down) & free) ? steps - 1u : steps;
        const V y = finish(p, steps, overflow_.at<V>(is_negative));
        return p.magnitude == std::numeric_limits<float>::infinity() ? from_bits<V>(p.sign | to_bits(infinite_)) : y;
    }

    // To the upper neighbour where |x| lies more than `threshold` units above the lower one; `open` where it lies
    // between that and `width` units more.
    template <class V, class Open>
    V by_chance(V x, V threshold, float width, Open& open) const {
        Parts<V> p = parts(x);
        const V t = below(p.magnitude, p.c), rest = p.magnitude - (t - p.c);
        const V units = rest * from_bits<V>(2 * (127u << 23) - to_bits(p.unit));  // rest / unit
        const auto more = units > threshold;
        open = more & (units < threshold + width);
        return finish(p, more ? to_bits(t) + 1u : to_bits(t), splat<V>(infinite_));
    }

private:
    template <class V>
    struct Parts {
        typename BitsOf<V>::type sign;
        V magnitude, c, unit;
    };
    template <class V>
    Parts<V> parts(V x) const {
        using B = BitsOf<float>;
        using U = typename BitsOf<V>::type;
        Parts<V> p;
        const U bits = to_bits(x), lowest = splat<U>(lowest_exponent_), highest = splat<U>(highest_exponent_);
        p.sign = bits & ~B::magnitude_mask;
        p.magnitude = from_bits<V>(bits & B::magnitude_mask);
        U e = bits & B::exponent_mask;
        e = e > lowest ? e : lowest;
        e = e < highest ? e : highest;
        p.c = from_bits<V>(e + raise_);
        p.unit = from_bits<V>(e - lower_);
        return p;
    }
    // m + c toward zero, of which one less than the nearest keeps the multiple of the unit.
    template <class V>
    static V below(V m, V c) {
#if defined(__AVX512F__)
        if constexpr (lanes_in<V> == 16)
            return (V)_mm512_maskz_add_round_ps(0xffff, (__m512)m, (__m512)c, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
#endif
        const V t = m + c;
        return t - c > m ? from_bits<V>(to_bits(t) - 1u) : t;
    }
    template <class V>
    V finish(const Parts<V>& p, typename BitsOf<V>::type steps, V overflow) const {
        V y = from_bits<V>(steps) - p.c;
        y = y > largest_ ? overflow : y;
        return from_bits<V>(to_bits(y) | p.sign);
    }

    std::uint32_t lowest_exponent_, highest_exponent_, raise_, lower_;
    std::uint32_t parity_;     // 1: only even multiples go to a neighbour
    BySign<float> up_, down_;  // the errors, in units, above and below which the mode wants one
    BySign<float> overflow_;   // of finite numbers, as a magnitude
    float largest_, infinite_;
};

class NarrowMask {
public:
    explicit NarrowMask(const Rounding& rounding);

    template <class V>
    V operator()(V x) const {
        using U = typename BitsOf<V>::type;
        const U bits = to_bits(x);
        const auto is_negative = (bits & ~BitsOf<float>::magnitude_mask) != 0u, odd = (bits & last_) != 0u;
        const U add = odd ? odd_.at<U>(is_negative) : even_.at<U>(is_negative);
        return x == x ? from_bits<V>((bits + add) & keep_) : x;
    }

    // The same with the dropped bits as the upper ones of 32; width is 1 or more.
    template <class V, class Open>
    V by_chance(V x, typename BitsOf<V>::type threshold, std::uint32_t width, Open& open) const {
        using U = typename BitsOf<V>::type;
        const U bits = to_bits(x), rest = (bits & ~keep_) << shift_;
        open = rest - threshold - 1u < width - 1u;
        const U r = rest > threshold ? bits + last_ : bits;
        return x == x ? from_bits<V>(r & keep_) : x;
    }

private:
    std::uint32_t last_, keep_, shift_;
    BySign<std::uint32_t> even_, odd_;
};

// Whole arrays, in a deterministic mode or stochastically; false where the rounding has no form in binary32, or flushes
// its operands.
bool round_narrowly(const Rounding& rounding, std::span<const float> x, std::span<float> y);
bool round_narrowly(const Rounding& rounding, const RandomBits& bits, const RandomPlace& place, std::uint32_t first,
                    std::span<const float> x, std::span<float> y);

}  // namespace halfstep
