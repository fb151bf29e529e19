// halfstep formats: the limits of every format, or one value in one of them, bit by bit.
#include <charconv>
#include <cmath>
#include <cstdio>

#include "commands.hpp"
#include "halfstep/format/encoding.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/spec/wording.hpp"
#include "input.hpp"

namespace halfstep {
namespace {

std::string power_or_number(double x) {
    int exponent = 0;
    if (std::frexp(x, &exponent) == 0.5) return "2^" + std::to_string(exponent - 1);
    return number_text(x);
}

void print_limits() {
    std::printf("%-12s %5s %9s %-14s %-10s %-10s %-9s %s\n", "format", "width", "precision", "largest", "smallest",
                "subnormal", "roundoff", "beyond the largest");
    for (const Format& f : named_formats())
        std::printf("%-12s %5d %9d %-14s %-10s %-10s %-9s %s\n", f.name.c_str(), width(f), f.precision,
                    readable_number(f.max_finite).c_str(), power_or_number(f.min_normal()).c_str(),
                    power_or_number(f.min_subnormal()).c_str(), power_or_number(f.unit_roundoff()).c_str(),
                    f.default_overflow() == Overflow::infinity ? "infinity"
                    : f.default_overflow() == Overflow::nan    ? "NaN"
                                                               : "saturates");
    std::printf(
        "\nAny e<E>m<M> with 2 to 8 exponent bits and 1 to 23 fraction bits is a format, too, and fixed point q<I>.<F> "
        "with I + F at most 23.\nThe elements of an mx format share a power of two, 32 at a time; its limits here are "
        "those "
        "of an element without it.\n"
        "largest: finite; smallest: normal; subnormal: smallest positive; roundoff: 2^-precision, half the distance "
        "from 1 to the next value.\n");
}

Format format_named(const std::string& name) {
    if (const auto format = find_format(name)) return *format;
    std::vector<std::string> names;
    for (const Format& f : named_formats()) names.push_back(f.name);
    throw InputError("halfstep formats: " + unknown_name("format", name, names) + ", e<E>m<M>, and q<I>.<F>");
}

double value_named(const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), end, value);
    if (text.empty() || parsed.ptr != end || (parsed.ec != std::errc() && parsed.ec != std::errc::result_out_of_range))
        throw InputError("halfstep formats: found " + in_quotes(text) +
                         "; accepted: a number such as 0.1, -3e-8, inf or nan");
    if (parsed.ec == std::errc::result_out_of_range) value = std::strtod(text.c_str(), nullptr);
    return value;
}

// "0 01011 1001100110": sign, exponent, fraction.
std::string bit_pattern(const Format& f, double value) {
    const std::uint32_t bits = encode(f, value);
    std::string text;
    for (int i = width(f) - 1; i >= 0; --i) {
        text += (bits >> i & 1) ? '1' : '0';
        if (i == width(f) - 1 || (i == f.precision - 1 && !f.is_fixed_point())) text += ' ';
    }
    return text;
}

// A NaN that the emulator keeps in a format without one has no bits.
void print_row(const char* what, const Format& f, double value) {
    if (std::isnan(value) && !f.has_nan) {
        std::printf("  %-12s nan, which %s has not: no bits\n", what, f.name.c_str());
        return;
    }
    char bits[32];
    std::snprintf(bits, sizeof bits, "0x%0*X", (width(f) + 3) / 4, encode(f, value));
    std::printf("  %-12s %-26s %-10s %s\n", what, number_text(value).c_str(), bits, bit_pattern(f, value).c_str());
}

void print_value(const Format& f, double x) {
    const Rounding rounding = rounding_to(f.name);
    const auto in = [&](RoundingMode mode) { return ScalarArithmetic(rounding, mode).convert(x); };
    const double nearest = in(RoundingMode::ties_to_even), below = in(RoundingMode::toward_negative),
                 above = in(RoundingMode::toward_positive);
    std::printf("%s in %s%s\n", number_text(x).c_str(), f.name.c_str(),
                f.block > 0 ? ", an element whose block has the scale 1" : "");
    print_row("nearest", f, nearest);
    if (std::isnan(x)) return;
    if (below == above) {
        std::printf(below == x ? "  it is exact\n" : "  it is out of range: the format saturates\n");
    } else {
        print_row("below", f, below);
        print_row("above", f, above);
    }
    if (!std::isfinite(nearest) || below == above) {
        if (std::isinf(nearest) && std::isfinite(x))
            std::printf("  it overflows: the largest finite value is %s\n", number_text(f.max_finite).c_str());
        return;
    }
    const double error = nearest - x, spacing = above - below;
    std::printf("  error        %s", readable_number(error).c_str());
    if (std::isfinite(spacing))
        std::printf(", %s of the distance between its neighbours (%s)",
                    readable_number(std::fabs(error) / spacing).c_str(), power_or_number(spacing).c_str());
    std::printf("\n");
    if (x != 0.0) std::printf("  relative     %s\n", readable_number(error / std::fabs(x)).c_str());
}

}  // namespace

int formats_command(const std::string& format, const std::vector<std::string>& values) {
    if (format.empty()) {
        print_limits();
        return 0;
    }
    const Format f = format_named(format);
    for (const std::string& value : values) value_named(value);
    for (const std::string& value : values) print_value(f, value_named(value));
    if (values.empty()) {
        std::printf("%s: %d bits, %d of exponent, precision %d\n", f.name.c_str(), width(f), exponent_bits(f),
                    f.precision);
        print_row("largest", f, f.max_finite);
        if (f.lowest() != -f.max_finite) print_row("lowest", f, f.lowest());
        if (f.max_finite >= 1.0) {
            print_row("one", f, 1.0);
            print_row("next to one", f, 1.0 + (f.is_fixed_point() ? f.min_subnormal() : 2 * f.unit_roundoff()));
        }
        if (!f.is_fixed_point()) print_row("smallest", f, f.min_normal());
        print_row(f.is_fixed_point() ? "step" : "subnormal", f, f.min_subnormal());
    }
    return 0;
}

}  // namespace halfstep
