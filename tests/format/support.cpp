#include "support.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace support {

namespace {

std::string hex(double x) {
    char text[40];
    std::snprintf(text, sizeof text, "%a", x);
    return text;
}

std::string shape_name(int exponent_bits, int fraction_bits) {
    std::string name("e");
    return name.append(std::to_string(exponent_bits)).append("m").append(std::to_string(fraction_bits));
}

}  // namespace

void Mismatches::add(double got, double wanted, const std::string& what, std::initializer_list<double> operands) {
    if (++count_ > 5) return;
    first_.append("\n  ").append(what).append("(");
    for (const double x : operands) first_.append(" ").append(hex(x));
    first_.append(" ) = ").append(hex(got)).append(", must be ").append(hex(wanted));
}

std::vector<Format> all_formats() {
    const auto named = halfstep::named_formats();
    std::vector<Format> formats;
    for (const Format& format : named)
        if (format.is_plain()) formats.push_back(format);
    for (int e = 2; e <= 8; ++e) {
        for (int m = 1; m <= 23; ++m) formats.push_back(halfstep::find_format(shape_name(e, m)).value());
    }
    return formats;
}

std::vector<Rounding> all_roundings(const Format& format) {
    std::vector<Rounding> roundings;
    for (const Overflow overflow : {Overflow::infinity, Overflow::saturate, Overflow::nan}) {
        for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush})
            roundings.push_back({format, overflow, subnormals});
    }
    return roundings;
}

std::string describe(const Rounding& rounding) {
    const char* const overflow[] = {"infinity", "saturate", "nan"};
    return rounding.format.name + "/" + overflow[static_cast<int>(rounding.overflow)] +
           (rounding.subnormals == Subnormals::flush ? "/flush" : "/keep");
}

std::vector<double> values_of(const Rounding& rounding) {
    const Format& format = rounding.format;
    const int significands = 1 << format.precision;
    std::vector<double> values;
    for (int e = format.emin; e <= format.emax; ++e) {
        for (int m = e == format.emin ? 0 : significands / 2; m < significands; ++m) {
            const double value = std::ldexp(m, e - format.precision + 1);
            const bool subnormal = value > 0.0 && m < significands / 2;
            if (value > format.max_finite || (subnormal && rounding.subnormals == Subnormals::flush)) continue;
            values.push_back(value);
        }
    }
    if (rounding.overflow == Overflow::infinity && format.has_infinity)
        values.push_back(std::numeric_limits<double>::infinity());
    return values;
}

template <class T>
std::vector<T> edge_cases(const Format& format) {
    using Limits = std::numeric_limits<T>;
    std::vector<T> cases{
        0, Limits::denorm_min(), Limits::min(), Limits::max(), Limits::infinity(), Limits::quiet_NaN()};
    const auto add_with_neighbours = [&](double centre) {
        const T x = static_cast<T>(centre);
        cases.insert(cases.end(), {std::nextafter(x, T(0)), x, std::nextafter(x, Limits::infinity())});
    };
    const auto add_around = [&](double value, double unit) {
        for (const double steps : {-1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5}) {
            const double centre = value + steps * unit;
            if (centre >= 0.0 && centre <= static_cast<double>(Limits::max())) add_with_neighbours(centre);
        }
    };
    const double tiny = format.min_subnormal();
    for (const double multiple : {1.0, 2.0, 3.0, 4.0, 5.0}) add_around(multiple * tiny, tiny);
    for (int e = format.emin - 1; e <= format.emax + 1; e += e > format.emin + 2 && e < format.emax - 3 ? 3 : 1)
        add_around(std::ldexp(1.0, e), std::ldexp(1.0, std::max(e, format.emin) - format.precision + 1));
    add_around(format.max_finite, std::ldexp(1.0, format.emax - format.precision + 1));
    const std::size_t positive = cases.size();
    for (std::size_t i = 0; i < positive; ++i) cases.push_back(-cases[i]);
    return cases;
}
template std::vector<float> edge_cases<float>(const Format&);
template std::vector<double> edge_cases<double>(const Format&);

double random_value(const Format& format, std::mt19937_64& random) {
    const std::uint64_t bits = random();
    const std::uint64_t significands = std::uint64_t{1} << format.precision;
    std::uint64_t m = (bits >> 8) % significands;
    if (bits % 4 == 0) m = significands - 1 - m % 3;  // just below a power of two
    if (bits % 4 == 1) m = significands / 2 + m % 3;  // at a power of two
    const int binades = format.emax - format.emin + 1;
    const int e = format.emin + static_cast<int>((bits >> 40) % static_cast<std::uint64_t>(binades));
    if (e > format.emin && m < significands / 2) m += significands / 2;
    const double value = std::min(std::ldexp(static_cast<double>(m), e - format.precision + 1), format.max_finite);
    return (bits & 128) != 0 ? -value : value;
}

}  // namespace support
