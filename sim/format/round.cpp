#include "halfstep/format/round.hpp"

namespace halfstep {

namespace {

// A power of two or a format's largest value in the carrier; beyond its range, infinity.
template <class T>
T in_carrier(double x) {
    return x > static_cast<double>(std::numeric_limits<T>::max()) ? std::numeric_limits<T>::infinity()
                                                                  : static_cast<T>(x);
}

template <class T>
T overflow_value(const Rounding& rounding) {
    switch (rounding.overflow_result()) {
        case Overflow::infinity:
            return std::numeric_limits<T>::infinity();
        case Overflow::saturate:
            return in_carrier<T>(rounding.format.max_finite);
        case Overflow::nan:
            break;
    }
    return std::numeric_limits<T>::quiet_NaN();
}

}  // namespace

template <class T>
RoundingConstants<T>::RoundingConstants(const Rounding& rounding)
    : lowest_exponent(in_carrier<T>(rounding.format.min_normal())),
      highest_exponent(in_carrier<T>(std::ldexp(1.0, rounding.format.emax + 1))),
      factor(in_carrier<T>(std::ldexp(1.0, BitsOf<T>::precision - rounding.format.precision))),
      max_finite(in_carrier<T>(rounding.format.max_finite)),
      overflow_value(halfstep::overflow_value<T>(rounding)),
      smallest_kept(rounding.subnormals == Subnormals::flush ? lowest_exponent : T(0)),
      dropped_bits(BitsOf<T>::precision - rounding.format.precision) {}

template struct RoundingConstants<float>;
template struct RoundingConstants<double>;

RoundMode::RoundMode(const RoundingConstants<double>& constants, RoundingMode mode)
    : k_(constants),
      last_place_(constants.factor * 0x1p-52),
      away_(mode == RoundingMode::ties_to_away),
      odd_(mode == RoundingMode::to_odd),
      largest_(std::numeric_limits<double>::max()),
      zero_(mode == RoundingMode::toward_negative ? -0.0 : 0.0) {
    const bool nearest = mode == RoundingMode::ties_to_even || away_;
    for (const bool negative : {false, true}) {
        const bool outward = mode == (negative ? RoundingMode::toward_negative : RoundingMode::toward_positive);
        up_[negative] = outward;
        down_[negative] = !nearest && !odd_ && !outward;
        overflow_[negative] = nearest || outward ? k_.overflow_value : k_.max_finite;
    }
}

template <class T>
KernelForm choose_kernel(const Rounding& rounding) {
    using Limits = std::numeric_limits<T>;
    constexpr int carrier_emin = Limits::min_exponent - 1;
    constexpr int carrier_emax = Limits::max_exponent - 1;
    const Format& format = rounding.format;
    const int dropped = Limits::digits - format.precision;
    const bool same_range = format.emin == carrier_emin && format.emax == carrier_emax;
    const bool largest_c_is_finite = format.emax + 1 + dropped <= carrier_emax;
    if (dropped == 0 && same_range && rounding.overflow_result() == Overflow::infinity &&
        rounding.subnormals == Subnormals::keep)
        return KernelForm::native;
    if (dropped < 1 || format.emin < carrier_emin) return KernelForm::unavailable;
    if (largest_c_is_finite) return KernelForm::magic;
    return same_range ? KernelForm::mask : KernelForm::unavailable;
}
template KernelForm choose_kernel<float>(const Rounding&);
template KernelForm choose_kernel<double>(const Rounding&);

bool exact_in_binary32(const Rounding& rounding) {
    const Format& format = rounding.format;
    const KernelForm form = choose_kernel<float>(rounding);
    if (rounding.mode != RoundingMode::ties_to_even) return false;
    if (form == KernelForm::native) return true;
    if (form == KernelForm::unavailable) return false;
    const bool short_range = format.emin >= -62 && format.emax <= 63;  // at most 7 exponent bits
    return format.precision <= (short_range ? 11 : 8);
}

double round_to(const Rounding& rounding, double x) {
    if (rounding.mode != RoundingMode::ties_to_even) return RoundMode(rounding)(x);
    return RoundMagic<double>(RoundingConstants<double>(rounding))(x);
}

}  // namespace halfstep
