#include "run/magnitudes.hpp"

#include <limits>
#include <random>

#include "halfstep/format/round.hpp"
#include "slow_stats.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();

template <class T>
TensorStats fast_stats(const std::vector<double>& values, const Rounding& rounding) {
    Magnitudes<T> magnitudes(rounding);
    std::vector<T> carried;
    for (const double x : values) carried.push_back(static_cast<T>(x));
    magnitudes.add(carried);
    TensorStats s;
    magnitudes.finish(s);
    return s;
}

}  // namespace

TEST_CASE("planted values are counted as what they are") {
    const std::vector<double> values = {0.0,  -0.0,    0x1p-24,  -0x1.8p-20, 0x1p-14,   1.0,
                                        -1.5, 65504.0, infinity, -infinity,  nan_value, 0x1.ffcp-15};
    for (const TensorStats& s :
         {fast_stats<float>(values, rounding_to("fp16")), fast_stats<double>(values, rounding_to("fp16"))}) {
        CHECK(s.count == 12);
        CHECK(s.zeros == 2);
        CHECK(s.subnormals == 3);  // 2^-14 is the smallest normal number
        CHECK(s.infinities == 2);
        CHECK(s.nans == 1);
        CHECK(s.min_abs == 0x1p-24);
        CHECK(s.max_abs == 65504.0);
        using Exponents = std::vector<std::pair<int, std::int64_t>>;
        CHECK(s.exponents == Exponents{{-24, 1}, {-20, 1}, {-15, 1}, {-14, 1}, {0, 2}, {15, 1}});
    }
}

TEST_CASE("values that are subnormal in the carrier have their own exponents") {
    const double smallest = std::numeric_limits<float>::denorm_min();
    const std::vector<double> small = {smallest, 3 * smallest, -0x1p-127, 0x1p-126, 0.0};
    check_same_values(fast_stats<float>(small, rounding_to("fp32")), slow_stats(small, *find_format("fp32")));
    check_same_values(fast_stats<float>(small, rounding_to("bf16")), slow_stats(small, *find_format("bf16")));
    const std::vector<double> smaller = {5e-324, 0x1p-1022, 0x1p-1023, -1e-310};
    TensorStats slow = slow_stats(smaller, *find_format("fp32"));
    slow.rms = 0;  // their squares vanish
    check_same_values(fast_stats<double>(smaller, rounding_to("fp32")), slow);
}

TEST_CASE("where there is no finite number but zero, there are no magnitudes") {
    for (const std::vector<double>& values :
         {std::vector<double>{}, std::vector<double>{0, -0.0}, std::vector<double>{infinity, -infinity},
          std::vector<double>{nan_value, infinity, nan_value}}) {
        const TensorStats s = fast_stats<float>(values, rounding_to("fp16"));
        check_same_values(s, slow_stats(values, *find_format("fp16")));
        CHECK(std::isnan(s.min_abs));
        CHECK(std::isnan(s.max_abs));
        CHECK(s.exponents.empty());
    }
    CHECK(fast_stats<float>({0, 0}, rounding_to("fp16")).rms == 0);
    CHECK(std::isnan(fast_stats<float>({infinity}, rounding_to("fp16")).rms));
}

TEST_CASE("of any values in any format the counts are those of one value at a time") {
    std::mt19937_64 random(7);
    for (const Format& format : named_formats()) {
        INFO(format.name);
        const Rounding rounding = rounding_to(format.name);
        for (const int n : {1, 3, 15, 16, 17, 300, 70'000}) {
            std::vector<double> values;
            for (int i = 0; i < n; ++i) {
                const double x =
                    std::ldexp(double(random() >> 11) * 0x1p-53 + 0.5,
                               int(random() % unsigned(format.emax - format.emin + 60)) + format.emin - 30);
                values.push_back(round_to(rounding, random() % 2 ? x : -x));
            }
            // A block has no subnormal range of its own: its elements move with its scale.
            check_same_values(fast_stats<float>(values, rounding), slow_stats(values, limits_of(format)));
            check_same_values(fast_stats<double>(values, rounding), slow_stats(values, limits_of(format)));
        }
    }
}

TEST_CASE("what was described is forgotten, and calls add up") {
    Magnitudes<float> magnitudes(rounding_to("fp16"));
    const std::vector<float> first = {1, 2, 0, 0x1p-24f, std::numeric_limits<float>::infinity()}, second = {4, 4};
    TensorStats s;
    magnitudes.add(first);
    magnitudes.finish(s);
    magnitudes.add(second);
    magnitudes.add(second);
    magnitudes.finish(s);
    check_same_values(s, slow_stats({4, 4, 4, 4}, *find_format("fp16")));
}
