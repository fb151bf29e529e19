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
    return {std::move(name), precision, 1 - bias, bias, max_significand * power_of_two(bias), true};
}

// THE table of formats, widest first.
const std::array<Format, 6>& table() {
    static const std::array<Format, 6> formats{
        ieee_like("fp32", 8, 24), ieee_like("tf32", 8, 11), ieee_like("bf16", 8, 8), ieee_like("fp16", 5, 11),
        ieee_like("fp8_e5m2", 5, 3),
        // OCP 8-bit floating point 1.0, table 1: the top exponent holds numbers too, only its
        // all-ones significand is NaN, so 448 = 1.75 * 2^8 and there is no infinity.
        Format{"fp8_e4m3", 4, -6, 8, 448.0, false}};
    return formats;
}

// The decimal number `text` without sign or leading zero, if it lies in [low, high].
std::optional<int> small_number(std::string_view text, int low, int high) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && text.front() != '0';
    return whole && value >= low && value <= high ? std::optional(value) : std::nullopt;
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

std::optional<Format> find_format(std::string_view name) {
    for (const Format& format : table()) {
        if (format.name == name) return format;
    }
    const std::size_t m = name.find('m');
    if (!name.starts_with('e') || m == std::string_view::npos) return std::nullopt;
    const auto exponent_bits = small_number(name.substr(1, m - 1), 2, 8);
    const auto fraction_bits = small_number(name.substr(m + 1), 1, 23);
    if (!exponent_bits || !fraction_bits) return std::nullopt;
    return ieee_like(std::string(name), *exponent_bits, *fraction_bits + 1);
}

bool contains(const Rounding& outer, const Rounding& inner) {
    const Format &o = outer.format, &i = inner.format;
    // The difference of the two spacings is monotone in the binade, so its ends decide.
    const int lowest = lowest_binade(inner);
    const bool fine_enough = spacing_exponent(o, lowest) <= spacing_exponent(i, lowest) &&
                             spacing_exponent(o, i.emax) <= spacing_exponent(i, i.emax);
    const bool not_flushed = outer.subnormals == Subnormals::keep || lowest >= o.emin;
    const bool keeps_infinity =
        inner.overflow_result() != Overflow::infinity || outer.overflow_result() == Overflow::infinity;
    return fine_enough && not_flushed && keeps_infinity && i.max_finite <= o.max_finite;
}

Rounding rounding_to(std::string_view name) {
    const auto format = find_format(name);
    if (!format) throw std::out_of_range("unknown number format '" + std::string(name) + "'");
    return {*format, format->default_overflow(), Subnormals::keep};
}

}  // namespace halfstep
