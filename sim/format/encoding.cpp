#include "halfstep/format/encoding.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "guarded.hpp"
#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

constexpr std::uint64_t quiet_bit = std::uint64_t(1) << 51;

std::uint32_t ones(int count) {
    return (std::uint32_t(1) << count) - 1;
}

std::uint32_t top_exponent(const Format& format) {
    return ones(exponent_bits(format));
}

// NaN has the bits of -0.
bool nan_is_negative_zero(const Format& format) {
    return format.has_nan && !format.negative_zero;
}

double decode_fixed_point(const Format& format, std::uint32_t bits) {
    const int unused = 32 - width(format);
    const auto count = static_cast<std::int32_t>(bits << unused) >> unused;
    return double(count) * format.min_subnormal();
}

std::uint32_t encode_fixed_point(const Format& format, double value) {
    const double count = value / format.min_subnormal();
    if (!(value >= format.lowest() && value <= format.max_finite && count == std::floor(count)))
        throw std::invalid_argument(format.name + " does not have the value");
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(count)) & ones(width(format));
}

std::uint32_t encode_floating_point(const Format& format, double value) {
    const int fraction_bits = format.precision - 1;
    const std::uint32_t sign = std::signbit(value) ? std::uint32_t(1) << (width(format) - 1) : 0;
    const std::uint32_t top = top_exponent(format) << fraction_bits;
    if (std::isnan(value) && nan_is_negative_zero(format)) return std::uint32_t(1) << (width(format) - 1);
    if (std::isnan(value) && format.has_nan)
        return top | (format.has_infinity ? std::uint32_t(1) << (fraction_bits - 1) : ones(fraction_bits));
    if (std::isinf(value) && format.has_infinity) return sign | top;
    const double magnitude = std::fabs(value);
    if (magnitude == 0.0) return format.negative_zero ? sign : 0;
    const int e = std::isfinite(value) ? std::max(std::ilogb(magnitude), format.emin) : format.emax + 1;
    const double significand = std::isfinite(value) ? std::ldexp(magnitude, fraction_bits - e) : 0.0;
    if (!(magnitude <= format.max_finite) || significand != std::floor(significand))
        throw std::invalid_argument(format.name + " does not have the value");
    const auto m = static_cast<std::uint32_t>(significand);
    const std::uint32_t hidden = ones(fraction_bits) + 1;
    const std::uint32_t biased = m < hidden ? 0 : static_cast<std::uint32_t>(e - format.emin + 1);
    return sign | biased << fraction_bits | (m & (hidden - 1));
}

}  // namespace

// The bias, 1 - emin, is 2^(E-1) - 1, or 2^(E-1) where NaN has the bits of -0.
int exponent_bits(const Format& format) {
    if (format.is_fixed_point()) return 0;
    return std::bit_width(static_cast<unsigned>(1 - format.emin)) + (nan_is_negative_zero(format) ? 0 : 1);
}

int width(const Format& format) {
    return format.is_fixed_point() ? format.precision + 1 : exponent_bits(format) + format.precision;
}

double decode(const Format& format, std::uint32_t bits) {
    if (format.is_fixed_point()) return decode_fixed_point(format, bits);
    const int fraction_bits = format.precision - 1;
    const std::uint32_t fraction = bits & ones(fraction_bits);
    const std::uint32_t exponent = bits >> fraction_bits & top_exponent(format);
    const double sign = bits >> (width(format) - 1) & 1 ? -1.0 : 1.0;
    const bool top = exponent == top_exponent(format) && format.has_nan && format.negative_zero;
    if (nan_is_negative_zero(format) && exponent == 0 && fraction == 0 && sign < 0.0)
        return std::numeric_limits<double>::quiet_NaN();
    if (top && format.has_infinity && fraction == 0) return std::copysign(HUGE_VAL, sign);
    if (top && (format.has_infinity || fraction == ones(fraction_bits))) {
        const bool quiet = !format.has_infinity || fraction >> (fraction_bits - 1) & 1;
        return from_bits<double>(0x7ff0000000000000u | (quiet ? quiet_bit : 1u));
    }
    const int e = exponent == 0 ? format.emin : static_cast<int>(exponent) + format.emin - 1;
    const std::uint32_t significand = fraction | (exponent == 0 ? 0 : ones(fraction_bits) + 1);
    return std::copysign(std::ldexp(double(significand), e - fraction_bits), sign);
}

std::uint32_t encode(const Format& format, double value) {
    return guarded(value, [&](double v) {
        return format.is_fixed_point() ? encode_fixed_point(format, v) : encode_floating_point(format, v);
    });
}

}  // namespace halfstep
