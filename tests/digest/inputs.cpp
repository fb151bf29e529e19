#include "inputs.hpp"

#include <cmath>
#include <limits>

#include "halfstep/format/philox.hpp"

namespace halfstep::digests {

std::vector<double> inputs(const Format& format, std::size_t count, unsigned purpose) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double unit = std::ldexp(1.0, 1 - format.precision), largest = format.max_finite;
    const double tiny = format.min_subnormal(), normal = format.min_normal();
    std::vector<double> values;
    for (const double x :
         {0.0, 1.0, 1.0 + unit, 1.0 + unit / 2, 1.0 - unit / 4, tiny, tiny / 2, tiny * 1.5, tiny / 4, normal,
          normal - tiny, normal - tiny / 2, normal / 2, largest, largest * (1.0 + unit / 4), largest * 2, infinity})
        for (const double sign : {1.0, -1.0}) values.push_back(sign * x);
    values.push_back(std::numeric_limits<double>::quiet_NaN());

    const RandomStream stream(purpose, "digest");
    const int exponents = format.emax - format.emin + format.precision + 4;
    for (std::uint32_t i = 0; values.size() < count; ++i) {
        const auto exponent = static_cast<int>(stream.below(static_cast<std::uint32_t>(exponents), 0, 0, i));
        double significand = 1.0 + stream.uniform(1, 0, i);
        if (i % 2 == 0) significand = std::floor(significand / unit * 2.0) * (unit / 2.0);
        const double sign = stream.below(2, 2, 0, i) == 0 ? 1.0 : -1.0;
        values.push_back(sign * std::ldexp(significand, format.emin - format.precision - 1 + exponent));
    }
    values.resize(count);
    return values;
}

std::vector<Rounding> choices(const Format& format, RoundingMode mode) {
    std::vector<Rounding> all;
    for (const Overflow overflow : {Overflow::infinity, Overflow::saturate, Overflow::nan})
        for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush})
            all.push_back({format, overflow, subnormals, mode});
    return all;
}

}  // namespace halfstep::digests
