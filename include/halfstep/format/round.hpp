// THE rounding kernel: ties to even, subnormals, signed zeros and overflow, without a branch.
//
// Two forms of one rule, and a third for the other rounding modes, chosen per format and carrier by `choose_kernel` and
// never per element:
//  * Magic: with e = the power of two at or below |x|, clamped to [2^emin, 2^(emax+1)], and
//    C = e * 2^(P - p), the carrier's own rounding of |x| + C drops exactly the bits below the
//    format's last one, so y = (|x| + C) - C is |x| rounded. Needs P - p >= 1 and C finite.
//  * Mask: formats with binary32's exponent range share its subnormal spacing, so adding
//    half - 1 + (last kept bit) to the bits and clearing the rest rounds subnormals as well, and
//    carries into infinity by itself. C would overflow there.
//  * Mode: what Magic gives, moved by one unit in the last place where the mode goes elsewhere: the
//    error of y is exact, and its sign says on which side of |x| it lies. In binary64 only.
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

// The constants of one rounding in one carrier; plain data, read once per array.
template <class T>
struct RoundingConstants {
    T lowest_exponent;   // 2^emin
    T highest_exponent;  // 2^(emax + 1): anything above overflows anyway
    T factor;            // 2^(P - p)
    T max_finite;
    T overflow_value;  // infinity, max_finite or NaN
    T smallest_kept;   // below it a rounded result becomes zero: 0, or 2^emin when flushing
    int dropped_bits;  // P - p, for the mask form
    explicit RoundingConstants(const Rounding& rounding);
};

// Rounds nothing: the carrier is the format.
template <class T>
struct RoundNative {
    explicit RoundNative(const RoundingConstants<T>&) {}
    T operator()(T x) const { return x; }
};

template <class T>
struct RoundMagic {
    RoundingConstants<T> k;
    explicit RoundMagic(const RoundingConstants<T>& constants) : k(constants) {}
    T operator()(T x) const {
        using B = BitsOf<T>;
        const T magnitude = from_bits<T>(to_bits(x) & B::magnitude_mask);
        T e = from_bits<T>(to_bits(x) & B::exponent_mask);
        e = e < k.lowest_exponent ? k.lowest_exponent : e;
        e = e > k.highest_exponent ? k.highest_exponent : e;
        const T c = e * k.factor;
        T y = (magnitude + c) - c;
        y = y > k.max_finite ? k.overflow_value : y;
        y = y < k.smallest_kept ? T(0) : y;
        return from_bits<T>(to_bits(y) | (to_bits(x) & ~B::magnitude_mask));
    }
};

template <class T>
struct RoundMask {
    RoundingConstants<T> k;
    explicit RoundMask(const RoundingConstants<T>& constants) : k(constants) {}
    T operator()(T x) const {
        using B = BitsOf<T>;
        using U = typename B::type;
        const U magnitude = to_bits(x) & B::magnitude_mask;
        const U last = (magnitude >> k.dropped_bits) & 1u;
        const U half_minus_one = (U(1) << (k.dropped_bits - 1)) - 1u;
        U r = (magnitude + half_minus_one + last) & ~((U(1) << k.dropped_bits) - 1u);
        // The carry must not touch NaN payloads.
        r = magnitude > B::exponent_mask ? magnitude : r;
        T y = from_bits<T>(r);
        y = y > k.max_finite ? k.overflow_value : y;
        y = y < k.smallest_kept ? T(0) : y;
        return from_bits<T>(to_bits(y) | (to_bits(x) & ~B::magnitude_mask));
    }
};

// Every deterministic rounding mode, ties to even included.
class RoundMode {
public:
    explicit RoundMode(const Rounding& rounding) : RoundMode(RoundingConstants<double>(rounding), rounding.mode) {}
    RoundMode(const RoundingConstants<double>& constants, RoundingMode mode);
    double operator()(double x) const {
        using B = BitsOf<double>;
        const double magnitude = from_bits<double>(to_bits(x) & B::magnitude_mask);
        double e = from_bits<double>(to_bits(x) & B::exponent_mask);
        e = e < k_.lowest_exponent ? k_.lowest_exponent : e;
        e = e > k_.highest_exponent ? k_.highest_exponent : e;
        const double c = e * k_.factor, unit = e * last_place_;
        double y = (magnitude + c) - c;
        const std::size_t negative = to_bits(x) >> 63;
        const bool even = odd_ && (static_cast<std::int64_t>(y / unit) & 1) == 0;
        const bool up = y < magnitude && (up_[negative] || even || (away_ && magnitude - y == unit * 0.5));
        const bool down = y > magnitude && (down_[negative] || even);
        y = up ? y + unit : down ? y - unit : y;
        y = y > k_.max_finite ? (magnitude > largest_ ? k_.overflow_value : overflow_[negative]) : y;
        y = y < k_.smallest_kept ? 0.0 : y;
        return from_bits<double>(to_bits(y) | (to_bits(x) & ~B::magnitude_mask));
    }
    // The sign of an exact result of zero that the operands' signs do not decide.
    double zero() const { return zero_; }

private:
    RoundingConstants<double> k_;
    double last_place_;     // 2^(1 - p)
    bool up_[2], down_[2];  // away from and toward zero, of positive and negative numbers
    bool away_, odd_;       // ties; the neighbour with an odd significand
    double overflow_[2];    // of finite numbers
    double largest_, zero_;
};

enum class KernelForm { native, magic, mask, unavailable };

// Which form rounds an arbitrary carrier value correctly to this format; `unavailable` means the
// binary64 carrier has to be used (in binary32: precision 24, except fp32 itself with infinities
// and subnormals). In binary64 it is `magic` for every format of find_format.
template <class T>
KernelForm choose_kernel(const Rounding& rounding);

// True when op(a, b) computed in binary32 and then rounded by choose_kernel<float> equals the exact
// result rounded once, for + - x / sqrt of operands that are values of the format itself
// (docs/architecture.md, "Carriers"): p <= 11 with at most 7 exponent bits, p <= 8 with 8, and
// fp32 where it is native. Overflow and subnormal choices do not matter to the first two. Ties to even only:
// false for every other mode.
bool exact_in_binary32(const Rounding& rounding);

// One value from binary64, rounded once.
double round_to(const Rounding& rounding, double x);

extern template struct RoundingConstants<float>;
extern template struct RoundingConstants<double>;

}  // namespace halfstep
