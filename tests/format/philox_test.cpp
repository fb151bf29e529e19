#include "halfstep/format/philox.hpp"

#include <cmath>
#include <set>

#include "catch.hpp"

using namespace halfstep;

TEST_CASE("Philox4x32-10 gives Random123's known answers") {
    CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    const std::uint32_t ones = 0xffffffff;
    CHECK(philox4x32_10({ones, ones, ones, ones}, {ones, ones}) ==
          PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a draw depends on seed, name, step, worker and index, and on nothing else") {
    const RandomStream stream(42, "weight/layer0");
    std::set<double> seen;
    const auto is_new = [&](double x) { return seen.insert(x).second; };
    CHECK(is_new(stream.uniform(0, 0, 0)));
    CHECK(is_new(RandomStream(43, "weight/layer0").uniform(0, 0, 0)));
    CHECK(is_new(RandomStream(42 + (std::uint64_t{1} << 32), "weight/layer0").uniform(0, 0, 0)));
    CHECK(is_new(RandomStream(42, "weight/layer1").uniform(0, 0, 0)));
    CHECK(is_new(RandomStream(42, "").uniform(0, 0, 0)));
    CHECK(is_new(stream.uniform(1, 0, 0)));
    CHECK(is_new(stream.uniform(std::uint64_t{1} << 32, 0, 0)));
    CHECK(is_new(stream.uniform(0, 1, 0)));
    for (std::uint32_t i = 1; i < 100; ++i) CHECK(is_new(stream.uniform(0, 0, i)));
    CHECK(stream.uniform(0, 0, 0) == RandomStream(42, "weight/layer0").uniform(0, 0, 0));
}

TEST_CASE("the same values come on every compiler and machine") {
    const RandomStream stream(1, "golden");
    CHECK(stream.uniform(0, 0, 0) == 0x1.9fb0dac6eba8ep-2);
    CHECK(stream.uniform(7, 3, 5) == 0x1.9746d8b5e27dp-1);
    CHECK(stream.normal(0, 0, 0) == -0x1.4a1f1f9d0b04fp-5);
    CHECK(stream.normal(0, 0, 1) == -0x1.5798d67a1cca2p+0);
    CHECK(stream.normal(7, 3, 12) == 0x1.c914d1f49a505p-2);
    CHECK(stream.below(1000, 7, 3, 5) == static_cast<std::uint32_t>(1000 * 0x1.9746d8b5e27dp-1));
}

TEST_CASE("uniform draws fill the unit interval evenly") {
    const RandomStream stream(5, "uniform");
    constexpr std::uint32_t n = 200000;
    int bins[16] = {};
    double sum = 0.0, neighbours = 0.0;
    for (std::uint32_t i = 0; i < n; ++i) {
        const double u = stream.uniform(1, 0, i);
        REQUIRE((u >= 0.0 && u < 1.0));
        ++bins[static_cast<int>(u * 16)];
        sum += u;
        neighbours += (u - 0.5) * (stream.uniform(1, 0, i + 1) - 0.5);
    }
    // Five standard deviations: sqrt(n p (1 - p)) = 108, sqrt(1/12/n) = 0.00065, 1/12/sqrt(n) = 0.00019.
    for (const int count : bins) CHECK(std::abs(count - static_cast<int>(n / 16)) < 540);
    CHECK(std::fabs(sum / n - 0.5) < 0.0033);
    CHECK(std::fabs(neighbours / n) < 0.00095);
}

TEST_CASE("normal draws have the moments and tails of the normal distribution") {
    const RandomStream stream(6, "normal");
    constexpr int n = 200000;
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0, pair = 0;
    int beyond_two = 0;
    for (int i = 0; i < n; ++i) {
        const double x = stream.normal(0, static_cast<std::uint32_t>(i % 3), static_cast<std::uint32_t>(i));
        m1 += x;
        m2 += x * x;
        m3 += x * x * x;
        m4 += x * x * x * x;
        pair += x * stream.normal(0, static_cast<std::uint32_t>(i % 3), static_cast<std::uint32_t>(i ^ 1));
        beyond_two += std::fabs(x) > 2.0;
    }
    // Five standard deviations of each estimate: variances 1/n, 2/n, 15/n, 96/n, 2/n (pairs are
    // counted twice), and 0.0455 (1 - 0.0455)/n.
    CHECK(std::fabs(m1 / n) < 0.0112);
    CHECK(std::fabs(m2 / n - 1.0) < 0.0159);
    CHECK(std::fabs(m3 / n) < 0.0434);
    CHECK(std::fabs(m4 / n - 3.0) < 0.110);
    CHECK(std::fabs(pair / n) < 0.0159);
    CHECK(std::fabs(static_cast<double>(beyond_two) / n - 0.04550026) < 0.0024);
}

TEST_CASE("below(n) gives each number under n its share and never n") {
    const RandomStream stream(7, "below");
    for (const std::uint32_t n : {1u, 2u, 3u, 10u}) {
        int counts[10] = {};
        for (std::uint32_t i = 0; i < 30000; ++i) ++counts[stream.below(n, 0, 0, i)];
        // Five standard deviations are less than 5 sqrt(30000/n).
        for (std::uint32_t k = 0; k < 10; ++k) {
            const double share = k < n ? 30000.0 / n : 0.0;
            CHECK(std::fabs(counts[k] - share) <= (n == 1 ? 0.0 : 5.0 * std::sqrt(share)));
        }
    }
    for (std::uint32_t i = 0; i < 1000; ++i) CHECK(stream.below(0xffffffffu, 0, 0, i) < 0xffffffffu);
}
