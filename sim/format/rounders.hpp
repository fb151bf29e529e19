// How one instruction rounds: a policy chosen once at link time and applied inside its loop.
//  * Direct<R>: the operation in the carrier, then R.
//  * ThroughOdd: the operation in binary64 rounded to odd, then one rounding.
#pragma once

#include <optional>
#include <type_traits>

#include "halfstep/format/round.hpp"
#include "halfstep/format/round_to_odd.hpp"
#include "hardware_fp16.hpp"

namespace halfstep {

template <class T>
inline constexpr bool is_emulated = std::is_same_v<T, float>;

// The constants of both carriers for one rounding; nothing where nothing is emulated.
template <class T>
struct RoundingData {};

template <>
struct RoundingData<float> {
    RoundingConstants<float> narrow{Rounding{}};
    RoundingConstants<double> wide{Rounding{}};
    RoundMode mode{Rounding{}};
    RoundingData() : RoundingData(rounding_to("fp32")) {}
    explicit RoundingData(const Rounding& r) : narrow(r), wide(r), mode(r) {}
};

// `mode` is `odd` with another rounding mode than ties to even, and right for these, too. `general` is for
// instructions whose roundings depend on more than the number: the general kernel runs them (general.hpp).
enum class Way { native, hardware_fp16, magic, mask, odd, mode, general };
inline constexpr bool through_odd(Way way) {
    return way == Way::odd || way == Way::mode || way == Way::general;
}

// Whether a rounding depends on random bits, neighbours or its operands as well.
bool needs_more_than_the_number(const Rounding& rounding);
// Operands as arithmetic takes them: where a rounding flushes subnormal ones, zeros of their sign, or without
// one where the format's zeros have none.
class Inputs {
public:
    Inputs() = default;
    explicit Inputs(const Rounding& rounding)
        : smallest_(rounding.subnormal_inputs == Subnormals::flush ? rounding.format.smallest_unflushed() : 0.0),
          zero_(rounding.format.negative_zero ? -0.0f : 0.0f) {}
    template <class V>
    V operator()(V x) const {
        using T = std::conditional_t<std::is_same_v<V, double>, double, float>;
        const auto bits = to_bits(x);
        const V zero = from_bits<V>(bits & to_bits(static_cast<T>(zero_)));
        return from_bits<V>(bits & BitsOf<T>::magnitude_mask) < static_cast<T>(smallest_) ? zero : x;
    }

private:
    double smallest_ = 0.0;
    float zero_ = -0.0f;
};

// The way to round to `target` by the number alone when the exact result is already in the carrier; the way to round
// then in general; when it is known in binary64;
// and when it is that of an operation on operands that are values of `target`, or not (docs/architecture.md,
// "Carriers").
Way way_of_number(const Rounding& target);
Way way_of_value(const Rounding& target);
Way way_from_binary64(const Rounding& target);
Way way_of_operation(const Rounding& target, bool operands_fit);

// An exact sum of zero has the sign of its terms where they have one sign; otherwise the mode's.
inline double with_zero_sign(const RoundMode& mode, double sum, double a, double b) {
    const bool signs_differ = (to_bits(a) ^ to_bits(b)) >> 63;
    return sum == 0.0 && (a != 0.0 || signs_differ) ? mode.zero() : sum;
}

// Conversions to a role's format of a value held in the carrier, or in binary64.
template <Way way>
struct Rounder;

template <>
struct Rounder<Way::native> {
    template <class D>
    explicit Rounder(const D&) {}
    template <class T>
    T operator()(T x) const {
        return x;
    }
    float from_wide(double x) const { return static_cast<float>(x); }
};
// In binary32, one number or several (lanes.hpp).
template <class Round>
struct NarrowRounder {
    Round r;
    explicit NarrowRounder(const RoundingData<float>& d) : r(d.narrow) {}
    explicit NarrowRounder(const Rounding& rounding) : r(RoundingConstants<float>(rounding)) {}
    template <class V>
    V operator()(V x) const {
        return r(x);
    }
};
template <>
struct Rounder<Way::hardware_fp16> : NarrowRounder<RoundHardwareFp16> {
    using NarrowRounder::NarrowRounder;
};
template <>
struct Rounder<Way::magic> : NarrowRounder<RoundMagic<float>> {
    using NarrowRounder::NarrowRounder;
};
template <>
struct Rounder<Way::mask> : NarrowRounder<RoundMask<float>> {
    using NarrowRounder::NarrowRounder;
};
template <>
struct Rounder<Way::odd> {
    RoundMagic<double> r;
    explicit Rounder(const RoundingData<float>& d) : r(d.wide) {}
    explicit Rounder(const Rounding& rounding) : r(RoundingConstants<double>(rounding)) {}
    float operator()(float x) const { return static_cast<float>(r(static_cast<double>(x))); }
    float from_wide(double x) const { return static_cast<float>(r(x)); }
};

template <>
struct Rounder<Way::mode> {
    RoundMode r;
    explicit Rounder(const RoundingData<float>& d) : r(d.mode) {}
    explicit Rounder(const Rounding& rounding) : r(rounding) {}
    float operator()(float x) const { return static_cast<float>(r(static_cast<double>(x))); }
    float from_wide(double x) const { return static_cast<float>(r(x)); }
};

// The same with the way chosen at run time, for results that are rounded once per reduction.
template <class T>
struct AnyRounder {
    AnyRounder(Way, const RoundingData<T>&) {}
    T operator()(T x) const { return x; }
    T from_wide(const T& x) const { return x; }
};
template <>
struct AnyRounder<float> {
    bool native;
    RoundMagic<double> r;
    std::optional<RoundMode> mode;  // where it is not ties to even
    AnyRounder(Way way, const RoundingData<float>& d) : native(way == Way::native), r(d.wide) {
        if (way == Way::mode || way == Way::general) mode = d.mode;
    }
    float operator()(float x) const { return from_wide(static_cast<double>(x)); }
    float from_wide(double x) const {
        if (native) return static_cast<float>(x);
        return static_cast<float>(mode ? (*mode)(x) : r(x));
    }
    // Of a sum that was computed exactly, or rounded to odd.
    double sign_of_zero(double sum, double a, double b) const { return mode ? with_zero_sign(*mode, sum, a, b) : sum; }
};

// Whole arrays that hold exact results already.
template <class T>
void round_in_place(Way, const RoundingData<T>&, T*, int) {}
template <Way way>
void round_all(const RoundingData<float>& d, float* x, int n) {
    const Rounder<way> round(d);
    if constexpr (through_odd(way))
        for (int i = 0; i < n; ++i) x[i] = round(x[i]);
    else
        in_lanes(n, [&]<class V>(std::ptrdiff_t i, V) { store(x + i, round(load<V>(x + i))); });
}
inline void round_in_place(Way way, const RoundingData<float>& d, float* x, int n) {
    switch (way) {
        case Way::native:
            return;
        case Way::hardware_fp16:
            return round_all<Way::hardware_fp16>(d, x, n);
        case Way::magic:
            return round_all<Way::magic>(d, x, n);
        case Way::mask:
            return round_all<Way::mask>(d, x, n);
        case Way::odd:
            return round_all<Way::odd>(d, x, n);
        case Way::mode:
        case Way::general:
            return round_all<Way::mode>(d, x, n);
    }
}

}  // namespace halfstep
