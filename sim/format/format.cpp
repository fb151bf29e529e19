#include "halfstep/format/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "halfstep/format/round.hpp"

namespace halfstep {

namespace {

// 2^exponent for the normal range of binary64, which covers every format's subnormals.
double power_of_two(int exponent) {
    return from_bits<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// IEEE 754-2019, 3.4: exponent_bits wide with the all-ones exponent kept for infinity and NaN.
Format ieee_like(std::string name, int exponent_bits, int precision) {
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const double max_significand = 2.0 - power_of_two(1 - precision);
    return {.name = std::move(name),
            .precision = precision,
            .emin = 1 - bias,
            .emax = bias,
            .max_finite = max_significand * power_of_two(bias)};
}

// The top exponent holds numbers, and there is no infinity.
Format finite(std::string name, int precision, int emin, int emax, double max_finite, bool has_nan = true) {
    return {.name = std::move(name),
            .precision = precision,
            .emin = emin,
            .emax = emax,
            .max_finite = max_finite,
            .has_infinity = false,
            .has_nan = has_nan};
}

// "finite, NaN, unsigned zero" (Noune et al. 2022, "8-bit numerical formats for deep neural networks"): NaN is
// where -0 would be, and the bias is one more than IEEE 754's.
Format unsigned_zero(Format format) {
    format.negative_zero = false;
    return format;
}

// OCP Microscaling Formats 1.0, table 1.
Format shared_scale(std::string name, Format element) {
    element.name = std::move(name);
    element.block = 32;
    return element;
}

// Multiples of 2^-fraction_bits from -2^integer_bits on: floating point with one binade and its subnormals.
Format fixed_point(std::string name, int integer_bits, int fraction_bits) {
    const int precision = integer_bits + fraction_bits;
    return {.name = std::move(name),
            .precision = precision,
            .emin = integer_bits - 1,
            .emax = integer_bits - 1,
            .max_finite = power_of_two(integer_bits) - power_of_two(-fraction_bits),
            .has_infinity = false,
            .has_nan = false,
            .negative_zero = false,
            .twos_complement = true};
}

// THE table of formats, widest first; block formats last.
std::span<const Format> table() {
    static const std::vector<Format> formats = [] {
        // OCP 8-bit floating point 1.0, table 1: of fp8_e4m3's top exponent only the all-ones significand is NaN,
        // so 448 = 1.75 * 2^8. OCP Microscaling Formats 1.0, tables 3 and 4: 6 and 4 bits are all numbers.
        const Format e5m2 = ieee_like("fp8_e5m2", 5, 3), e4m3 = finite("fp8_e4m3", 4, -6, 8, 448.0),
                     e3m2 = finite("fp6_e3m2", 3, -2, 4, 28.0, false), e2m3 = finite("fp6_e2m3", 4, 0, 2, 7.5, false),
                     e2m1 = finite("fp4_e2m1", 2, 0, 2, 6.0, false);
        return std::vector<Format>{
            ieee_like("fp32", 8, 24),
            ieee_like("tf32", 8, 11),
            ieee_like("bf16", 8, 8),
            ieee_like("fp16", 5, 11),
            e5m2,
            e4m3,
            unsigned_zero(finite("fp8_e5m2fnuz", 3, -15, 15, 57344.0)),
            unsigned_zero(finite("fp8_e4m3fnuz", 4, -7, 7, 240.0)),
            e3m2,
            e2m3,
            e2m1,
            shared_scale("mxfp8_e5m2", e5m2),
            shared_scale("mxfp8_e4m3", e4m3),
            shared_scale("mxfp6_e3m2", e3m2),
            shared_scale("mxfp6_e2m3", e2m3),
            shared_scale("mxfp4_e2m1", e2m1),
        };
    }();
    return formats;
}

// The decimal number `text` without sign or leading zero, if it lies in [low, high].
std::optional<int> small_number(std::string_view text, int low, int high) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool plain = text == "0" || (!text.empty() && text.front() != '0');
    const bool whole = error == std::errc() && end == text.data() + text.size() && plain;
    return whole && value >= low && value <= high ? std::optional(value) : std::nullopt;
}

// q<I>.<F>
std::optional<Format> find_fixed_point(std::string_view name) {
    const std::size_t dot = name.find('.');
    if (!name.starts_with('q') || dot == std::string_view::npos) return std::nullopt;
    const auto integer_bits = small_number(name.substr(1, dot - 1), 0, 23);
    const auto fraction_bits = small_number(name.substr(dot + 1), 0, 23);
    if (!integer_bits || !fraction_bits) return std::nullopt;
    const int bits = *integer_bits + *fraction_bits;
    return bits >= 1 && bits <= 23 ? std::optional(fixed_point(std::string(name), *integer_bits, *fraction_bits))
                                   : std::nullopt;
}

// fp32 with all its edges: where every emulated value fits.
bool is_binary32(const Rounding& rounding) {
    return rounding.format == table().front() && rounding.overflow == Overflow::infinity &&
           rounding.subnormals == Subnormals::keep && rounding.subnormal_inputs == Subnormals::keep;
}

// Exponent of the distance between neighbouring values of the binade [2^e, 2^(e+1)).
int spacing_exponent(const Format& format, int e) {
    return std::max(e, format.emin) - format.precision + 1;
}

int lowest_binade(const Rounding& rounding) {
    const Format& format = rounding.format;
    return rounding.subnormals == Subnormals::flush ? format.emin : format.emin - format.precision + 1;
}

}  // namespace

double Format::min_normal() const {
    return power_of_two(emin);
}
double Format::min_subnormal() const {
    return power_of_two(emin - precision + 1);
}
double Format::unit_roundoff() const {
    return power_of_two(-precision);
}

std::span<const Format> named_formats() {
    return table();
}

const Format& limits_of(const Format& format) {
    return format.block > 0 ? table().front() : format;
}

std::optional<Format> find_format(std::string_view name) {
    for (const Format& format : table()) {
        if (format.name == name) return format;
    }
    if (auto format = find_fixed_point(name)) return format;
    const std::size_t m = name.find('m');
    if (!name.starts_with('e') || m == std::string_view::npos) return std::nullopt;
    const auto exponent_bits = small_number(name.substr(1, m - 1), 2, 8);
    const auto fraction_bits = small_number(name.substr(m + 1), 1, 23);
    if (!exponent_bits || !fraction_bits) return std::nullopt;
    return ieee_like(std::string(name), *exponent_bits, *fraction_bits + 1);
}

bool contains(const Rounding& outer, const Rounding& inner) {
    const Format &o = outer.format, &i = inner.format;
    if (o.block > 0) return false;  // values beside it decide what it can hold
    if (!o.negative_zero && i.negative_zero) return false;
    if (i.block > 0) return is_binary32(outer);
    // The difference of the two spacings is monotone in the binade, so its ends decide.
    const int lowest = lowest_binade(inner);
    const bool fine_enough = spacing_exponent(o, lowest) <= spacing_exponent(i, lowest) &&
                             spacing_exponent(o, i.emax) <= spacing_exponent(i, i.emax);
    const bool flushes = outer.subnormals == Subnormals::flush || outer.subnormal_inputs == Subnormals::flush;
    const bool not_flushed = !flushes || lowest >= o.emin || o.is_fixed_point();
    const bool keeps_infinity =
        inner.overflow_result() != Overflow::infinity || outer.overflow_result() == Overflow::infinity;
    return fine_enough && not_flushed && keeps_infinity && i.max_finite <= o.max_finite && i.lowest() >= o.lowest();
}

Rounding rounding_to(std::string_view name) {
    const auto format = find_format(name);
    if (!format) throw std::out_of_range("unknown number format '" + std::string(name) + "'");
    return {*format, format->default_overflow(), Subnormals::keep};
}

}  // namespace halfstep
