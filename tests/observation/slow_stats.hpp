// The statistics of values one at a time, sharing no code with the fast ones.
#pragma once

#include <cmath>
#include <map>
#include <vector>

#include "catch.hpp"
#include "halfstep/format/format.hpp"
#include "halfstep/trace/tensor_stats.hpp"

namespace halfstep::test {

inline TensorStats slow_stats(const std::vector<double>& values, const Format& format) {
    TensorStats s;
    std::map<int, std::int64_t> exponents;
    long double squares = 0;
    std::int64_t finite = 0;
    for (const double x : values) {
        ++s.count;
        if (std::isnan(x)) {
            ++s.nans;
            continue;
        }
        if (std::isinf(x)) {
            ++s.infinities;
            continue;
        }
        ++finite;
        squares += static_cast<long double>(x) * static_cast<long double>(x);
        if (x == 0) {
            ++s.zeros;
            continue;
        }
        const double m = std::fabs(x);
        if (m < std::ldexp(1.0, format.emin)) ++s.subnormals;
        if (!(s.min_abs <= m)) s.min_abs = m;
        if (!(s.max_abs >= m)) s.max_abs = m;
        ++exponents[std::ilogb(x)];
    }
    if (finite > 0) s.rms = static_cast<double>(std::sqrt(squares / static_cast<long double>(finite)));
    s.exponents.assign(exponents.begin(), exponents.end());
    return s;
}

// Everything that is said of values alone; rms to a few roundings of binary64.
inline void check_same_values(const TensorStats& found, const TensorStats& expected) {
    CHECK(found.count == expected.count);
    CHECK(found.zeros == expected.zeros);
    CHECK(found.subnormals == expected.subnormals);
    CHECK(found.infinities == expected.infinities);
    CHECK(found.nans == expected.nans);
    CHECK(found.exponents == expected.exponents);
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    CHECK(same(found.min_abs, expected.min_abs));
    CHECK(same(found.max_abs, expected.max_abs));
    CHECK((same(found.rms, expected.rms) || std::fabs(found.rms / expected.rms - 1) < 1e-13));
}

}  // namespace halfstep::test
