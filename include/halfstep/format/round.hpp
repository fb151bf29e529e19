// THE rounding kernel: ties to even, subnormals, signed zeros and overflow, without a branch.
//
// Two forms of one rule, and a third for the other rounding modes, chosen per format and carrier by `choose_kernel` and
// never per element:
//  * Magic: with e = the power of two at or below |x|, at least 2^emin, and C = e * 2^(P - p), the carrier's
//    own rounding of |x| + C drops exactly the bits below the format's last one, so y = (|x| + C) - C is |x|
//    rounded. Needs P - p >= 1, and C finite wherever |x| does not overflow.
//  * Mask: formats with binary32's exponent range share its subnormal spacing, so adding
//    half - 1 + (last kept bit) to the bits and clearing the rest rounds subnormals as well, and
//    carries into infinity by itself. C would overflow there.
//  * Mode: what Magic gives, moved by one unit in the last place where the mode goes elsewhere: the
//    error of y is exact, and its sign says on which side of |x| it lies. In binary64 only. It is also for
//    formats that are not plain (format.hpp).
// An infinite x overflows like any other, so saturating turns it into max_finite. NaN stays NaN.
// Both assume the default environment: round to nearest, no flush to zero, no contraction.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "halfstep/format/format.hpp"

namespace halfstep {

template <class T>
struct BitsOf;
template <>
struct BitsOf<float> {
    using type = std::uint32_t;
    static constexpr int precision = 24;
    static constexpr type exponent_mask = 0x7f800000u;
    static constexpr type magnitude_mask = 0x7fffffffu;
};
template <>
struct BitsOf<double> {
    using type = std::uint64_t;
    static constexpr int precision = 53;
    static constexpr type exponent_mask = 0x7ff0000000000000u;
    static constexpr type magnitude_mask = 0x7fffffffffffffffu;
};

template <class T>
inline typename BitsOf<T>::type to_bits(T x) {
    return __builtin_bit_cast(typename BitsOf<T>::type, x);
}
template <class T>
inline T from_bits(typename BitsOf<T>::type bits) {
    return __builtin_bit_cast(T, bits);
}

// The same number in every element of V; V may be T itself.
template <class V, class T>
inline V splat(const T& x) {
    if constexpr (std::is_same_v<V, T>)
        return x;
    else
        return x - V{};
}

// The constants of one rounding in one carrier; plain data, read once per array.
template <class T>
struct RoundingConstants {
    T lowest_exponent;   // 2^emin
    T highest_exponent;  // 2^(emax + 1): anything above overflows anyway; 2^emax of fixed point
    T factor;            // 2^(P - p)
    T largest_kept;      // to nearest, ties to even: what lies above rounds beyond max_finite
    T overflow_value;    // infinity, max_finite or NaN
    T smallest_kept;     // below it a rounded result becomes zero: 0, or 2^emin when flushing
    int dropped_bits;    // P - p
    explicit RoundingConstants(const Rounding& rounding);
};

// Rounds nothing: the carrier is the format.
template <class T>
struct RoundNative {
    explicit RoundNative(const RoundingConstants<T>&) {}
    template <class V>
    V operator()(V x) const {
        return x;
    }
};

// In binary32 subnormal results are kept. V is T, or a vector of several (BitsOf says which bits it has).
template <class T>
class RoundMagic {
public:
    explicit RoundMagic(const RoundingConstants<T>& k)
        : lowest_exponent_(to_bits(k.lowest_exponent)),
          raise_(static_cast<Bits>(k.dropped_bits) << (BitsOf<T>::precision - 1)),
          largest_kept_(k.largest_kept),
          overflow_value_(k.overflow_value),
          smallest_kept_(k.smallest_kept) {}
    template <class V>
    V operator()(V x) const {
        using B = BitsOf<V>;
        const auto bits = to_bits(x), sign = bits & ~BitsOf<T>::magnitude_mask;
        const V magnitude = from_bits<V>(bits & BitsOf<T>::magnitude_mask);
        auto e = bits & BitsOf<T>::exponent_mask;  // positive numbers have the order of their bits
        const auto lowest = splat<typename B::type>(lowest_exponent_);
        e = e > lowest ? e : lowest;
        const V c = from_bits<V>(e + raise_);  // means nothing where |x| is larger than what is kept
        V y = (magnitude + c) - c;
        y = magnitude > largest_kept_ ? splat<V>(overflow_value_) : y;
        if constexpr (sizeof(T) == sizeof(double)) y = y < smallest_kept_ ? V{} : y;
        return from_bits<V>(to_bits(y) | sign);
    }

private:
    using Bits = typename BitsOf<T>::type;
    Bits lowest_exponent_, raise_;
    T largest_kept_, overflow_value_, smallest_kept_;
};

// Subnormal results are kept, and what overflows becomes infinity.
template <class T>
class RoundMask {
public:
    explicit RoundMask(const RoundingConstants<T>& k)
        : half_minus_one_((Bits(1) << (k.dropped_bits - 1)) - 1u), last_(Bits(1) << k.dropped_bits) {}
    template <class V>
    V operator()(V x) const {
        const auto bits = to_bits(x);
        auto r = bits + half_minus_one_;
        r = (bits & last_) != 0 ? r + 1u : r;
        // The carry must not touch NaN payloads.
        return x == x ? from_bits<V>(r & (0u - last_)) : x;
    }

private:
    using Bits = typename BitsOf<T>::type;
    Bits half_minus_one_, last_;
};

// What RoundMode and RoundStochastic (stochastic.hpp) share: the multiple of the last place at or below a
// magnitude, a threshold that decides for the next one, and what is at the edges of the format. Without
// branches, tables and divisions, so that loops over arrays vectorise; in a loop use a local copy, whose
// constants stay in registers.
class Multiples {
public:
    explicit Multiples(const Rounding& rounding);

protected:
    // One of two constants, by the sign of x or another condition.
    struct Choice {
        std::uint64_t bits, difference;
        Choice(double otherwise, double chosen)
            : bits(to_bits(otherwise)), difference(to_bits(otherwise) ^ to_bits(chosen)) {}
        double negative(double x) const {
            return from_bits<double>(
                bits ^ (difference & static_cast<std::uint64_t>(static_cast<std::int64_t>(to_bits(x)) >> 63)));
        }
    };
    struct Between {
        double magnitude, lower, rest, unit;  // |x| = lower + rest, 0 <= rest < unit, the last place
        double c;
        // Whether lower is an even multiple of the unit.
        bool even() const { return (lower + 2.0 * c) - 2.0 * c == lower; }
    };
    Between between(double x) const {
        using B = BitsOf<double>;
        const double magnitude = from_bits<double>(to_bits(x) & B::magnitude_mask);
        double e = from_bits<double>(to_bits(x) & B::exponent_mask);
        e = e < k_.lowest_exponent ? k_.lowest_exponent : e;
        e = e > k_.highest_exponent ? k_.highest_exponent : e;
        const double c = e * k_.factor, unit = e * last_place_, nearest = (magnitude + c) - c;
        const double lower = nearest > magnitude ? nearest - unit : nearest;
        return {magnitude, lower, magnitude - lower, unit, c};
    }
    // The next multiple where the rest is more than `threshold` units; with the sign of x. Beyond the largest
    // value `overflow` where |x| is finite.
    double chosen(const Between& b, double threshold, double x, const Choice& overflow) const {
        using B = BitsOf<double>;
        double y = b.rest > threshold * b.unit ? b.lower + b.unit : b.lower;
        const double beyond = b.magnitude > largest_ ? infinite_.negative(x) : overflow.negative(x);
        y = y > limit_.negative(x) ? beyond : y;
        y = y < k_.smallest_kept ? 0.0 : y;
        const std::uint64_t sign = to_bits(x) & ~B::magnitude_mask, zero_sign = sign & zero_sign_;
        return from_bits<double>(to_bits(y) | (y == 0.0 ? zero_sign : sign));
    }

    RoundingConstants<double> k_;
    double last_place_;  // 2^(1 - p)
    double largest_;     // of the carrier
    Choice limit_;       // largest magnitude of the format
    Choice infinite_;    // what infinities become
    std::uint64_t zero_sign_;
};

// Every deterministic rounding mode, ties to even included; every format, of block formats an element.
class RoundMode : Multiples {
public:
    explicit RoundMode(const Rounding& rounding);
    double operator()(double x) const {
        const Between b = between(x);
        const std::uint64_t parity = b.even() ? 0 : odd_difference_;
        const double threshold = from_bits<double>(to_bits(threshold_.negative(x)) ^ parity);
        return chosen(b, threshold, x, overflow_);
    }
    // The sign of an exact result of zero that the operands' signs do not decide.
    double zero() const { return zero_; }

private:
    Choice threshold_;              // where `lower` is even
    std::uint64_t odd_difference_;  // to where it is odd, in bits
    Choice overflow_;               // of finite numbers
    double zero_;
};

enum class KernelForm { native, magic, mask, unavailable };

// Which form rounds an arbitrary carrier value correctly to this format; `unavailable` means the
// binary64 carrier has to be used (in binary32: flushed results; precision 24, except fp32 itself with
// infinities and subnormals; eight exponent bits where overflow saturates). In binary64 it is `magic` for every plain
// format of find_format.
template <class T>
KernelForm choose_kernel(const Rounding& rounding);

// True when op(a, b) computed in binary32 and then rounded by choose_kernel<float> equals the exact
// result rounded once, for + - x / sqrt of operands that are values of the format itself
// (docs/architecture.md, "Carriers"): p <= 11 with at most 7 exponent bits, p <= 8 with 8, and
// fp32 where it is native; and choose_kernel<float> has a form for it. Ties to even only: false for every other mode.
bool exact_in_binary32(const Rounding& rounding);

// One value from binary64, rounded once. Of the mode `stochastic` std::logic_error: RoundStochastic rounds it.
// A block format's element, as if its scale were 1.
double round_to(const Rounding& rounding, double x);

extern template struct RoundingConstants<float>;
extern template struct RoundingConstants<double>;

}  // namespace halfstep
