#include "halfstep/format/round.hpp"

#include <algorithm>
#include <stdexcept>

#include "guarded.hpp"
#include "mode_rules.hpp"

namespace halfstep {

namespace {

// A power of two or a format's largest value in the carrier; beyond its range, infinity. What is converted lies
// within the range, also where the compiler converts before it compares: the caller's exception flags stay as they are.
template <class T>
T in_carrier(double x) {
    double limited = std::min(x, static_cast<double>(std::numeric_limits<T>::max()));
    FloatingPointEnvironment::pin(limited);
    return x > limited ? std::numeric_limits<T>::infinity() : static_cast<T>(limited);
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

// 2^n, n from -1022 to 1023.
double power_of_two(int n) {
    return from_bits<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// In the middle between the largest number and the next one, and as that goes to the even one of them.
template <class T>
T largest_kept(const Format& format) {
    const double unit = power_of_two(format.emax + 1 - format.precision);
    const double middle = format.max_finite + unit / 2;
    // A whole number below 2^53, so that converting it raises nothing; floor may be compiled to what does.
    const bool is_even = static_cast<std::int64_t>(format.max_finite / unit) % 2 == 0;
    const T kept = in_carrier<T>(middle);
    return is_even ? kept : std::nextafter(kept, T(0));
}

template <class T>
RoundingConstants<T>::RoundingConstants(const Rounding& rounding)
    : lowest_exponent(in_carrier<T>(rounding.format.min_normal())),
      highest_exponent(in_carrier<T>(power_of_two(rounding.format.emax + (rounding.format.is_fixed_point() ? 0 : 1)))),
      factor(in_carrier<T>(power_of_two(BitsOf<T>::precision - rounding.format.precision))),
      largest_kept(halfstep::largest_kept<T>(rounding.format)),
      overflow_value(halfstep::overflow_value<T>(rounding)),
      smallest_kept(rounding.subnormals == Subnormals::flush && !rounding.format.is_fixed_point() ? lowest_exponent
                                                                                                  : T(0)),
      dropped_bits(BitsOf<T>::precision - rounding.format.precision) {}

template struct RoundingConstants<float>;
template struct RoundingConstants<double>;

Multiples::Multiples(const Rounding& rounding)
    : k_(rounding),
      last_place_(k_.factor * 0x1p-52),
      largest_(std::numeric_limits<double>::max()),
      limit_(rounding.format.max_finite, -rounding.format.lowest()),
      infinite_(rounding.overflow_result() == Overflow::saturate ? limit_
                                                                 : Choice(k_.overflow_value, k_.overflow_value)),
      zero_sign_(rounding.format.negative_zero ? ~std::uint64_t{0} : 0) {}

RoundMode::RoundMode(const Rounding& rounding)
    : Multiples(rounding),
      threshold_(threshold_of(rounding.mode, false).even, threshold_of(rounding.mode, true).even),
      odd_difference_(to_bits(threshold_of(rounding.mode, false).even) ^
                      to_bits(threshold_of(rounding.mode, false).odd)),
      overflow_(overflows(rounding.mode, false) ? infinite_.negative(1.0) : limit_.negative(1.0),
                overflows(rounding.mode, true) ? infinite_.negative(-1.0) : limit_.negative(-1.0)),
      zero_(rounding.mode == RoundingMode::toward_negative && rounding.format.negative_zero ? -0.0 : 0.0) {}

template <class T>
KernelForm choose_kernel(const Rounding& rounding) {
    using Limits = std::numeric_limits<T>;
    constexpr int carrier_emin = Limits::min_exponent - 1;
    constexpr int carrier_emax = Limits::max_exponent - 1;
    const Format& format = rounding.format;
    if (!format.is_plain()) return KernelForm::unavailable;
    const int dropped = Limits::digits - format.precision;
    const bool same_range = format.emin == carrier_emin && format.emax == carrier_emax;
    const bool largest_c_is_finite = format.emax + 1 + dropped <= carrier_emax;
    if (dropped == 0 && same_range && rounding.overflow_result() == Overflow::infinity &&
        rounding.subnormals == Subnormals::keep)
        return KernelForm::native;
    if (dropped < 1 || format.emin < carrier_emin) return KernelForm::unavailable;
    if (std::is_same_v<T, float> && rounding.subnormals == Subnormals::flush) return KernelForm::unavailable;
    if (largest_c_is_finite) return KernelForm::magic;
    return same_range && rounding.overflow_result() == Overflow::infinity ? KernelForm::mask : KernelForm::unavailable;
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
    if (rounding.mode == RoundingMode::stochastic) throw std::logic_error("stochastic rounding needs random bits");
    return guarded(x, [&](double v) {
        if (rounding.mode != RoundingMode::ties_to_even || !rounding.format.is_plain()) return RoundMode(rounding)(v);
        return RoundMagic<double>(RoundingConstants<double>(rounding))(v);
    });
}

}  // namespace halfstep
