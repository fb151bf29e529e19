// Stochastic rounding against the scalar path, which compares integers, and against probability.
#include "halfstep/format/stochastic.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/format/arrays.hpp"
#include "halfstep/format/scalar.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

Rounding stochastic(const char* format, int bits = 32) {
    Rounding rounding = rounding_to(format);
    rounding.mode = RoundingMode::stochastic;
    rounding.random_bits = bits;
    return rounding;
}

// Of n draws of x, how many went to the value further from zero, given the one nearer to it.
long count_up(const Rounding& rounding, double x, double lower, int n) {
    const RoundStochastic round(rounding);
    const RandomBits bits(11, "test");
    std::vector<double> v(std::size_t(1) << 16);
    long up = 0;
    for (std::uint64_t step = 0; n > 0; ++step) {
        const int count = std::min<int>(n, int(v.size()));
        std::fill(v.begin(), v.end(), x);
        round(bits, {step, 3, 9}, 0, v.data(), v.data(), count);
        for (int i = 0; i < count; ++i) up += v[std::size_t(i)] != lower;
        n -= count;
    }
    return up;
}

}  // namespace

TEST_CASE("with given bits the kernel rounds as the scalar path does") {
    std::mt19937_64 random(5);
    for (const char* name :
         {"fp32", "tf32", "bf16", "fp16", "fp8_e5m2", "fp8_e4m3", "fp8_e4m3fnuz", "fp4_e2m1", "e8m1", "q3.4", "q0.23"})
        for (const int bits : {1, 2, 8, 16, 17, 32})
            for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush}) {
                Rounding rounding = stochastic(name, bits);
                rounding.subnormals = subnormals;
                const RoundStochastic kernel(rounding);
                ScalarArithmetic scalar(rounding);
                const Format& f = rounding.format;
                support::Mismatches mismatches;
                const int low = f.emin - f.precision - 2, range = f.emax + 3 - low;
                for (int i = 0; i < 4000; ++i) {
                    const double m = double(random() % (std::uint64_t(1) << (1 + random() % 50)));
                    const double x = std::ldexp(random() % 2 ? m : -m, low + int(random() % unsigned(range)) - 20);
                    // Few random bits now and then, so that thresholds are met exactly.
                    const auto draw = static_cast<std::uint32_t>(random()) & (i % 3 ? ~0u : 0xf0000000u);
                    scalar.draw(draw);
                    mismatches.expect(kernel(x, draw), scalar.convert(x), name, {x, double(draw)});
                }
                INFO(mismatches.text());
                REQUIRE(mismatches.text().empty());
            }
}

TEST_CASE("arrays are rounded with the word of each element, wherever they begin and however they are cut") {
    const int n = 1000;
    std::mt19937_64 random(6);
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(std::ldexp(double(random() % 100'000), int(random() % 20) - 20));
    for (const char* name : {"fp16", "bf16", "fp32"})
        for (const int random_bits : {4, 16, 20, 32}) {
            const RoundStochastic round(stochastic(name, random_bits));
            const RandomBits bits(1, "arrays");
            const RandomPlace place{(std::uint64_t(1) << 40) + 5, 2, 7};
            for (const int size : {1, 3, 15, 16, 17, 128, 300, n}) {
                std::vector<double> y(n);
                for (int start = 0; start < n; start += size)
                    round(bits, place, 77u + unsigned(start), x.data() + start, y.data() + start,
                          std::min(size, n - start));
                long wrong = 0;
                for (int i = 0; i < n; ++i)
                    wrong += !support::same(y[std::size_t(i)],
                                            round(x[std::size_t(i)], bits.word(place, 77u + unsigned(i))));
                CHECK(wrong == 0);
            }
        }
}

TEST_CASE("the upper 16 bits alone leave the decision open where they have to, and the others make it") {
    // Of fp16 at 1, a place 2^-26 of a unit above half of the way.
    const double x = 1.0 + 0x1p-11 + 0x1p-36;
    const RoundStochastic round(stochastic("fp16"));
    const RandomBits bits(3, "open");
    const int n = 1 << 22;
    std::vector<double> v(n, x);
    round(bits, {}, 0, v.data(), v.data(), n);
    long wrong = 0, undecided = 0;
    for (int i = 0; i < n; ++i) {
        const std::uint32_t word = bits.word({}, std::uint32_t(i));
        if (word >> 16 != 0x8000) continue;
        ++undecided;
        wrong += v[std::size_t(i)] != round(x, word);
    }
    CHECK(undecided > 30);
    CHECK(wrong == 0);
}

TEST_CASE("a fraction that 16 bits can tell goes up as often as all 32 bits say") {
    // 3/4 of the way: up for all words below 3 * 2^30, also those whose upper half is the last below it.
    constexpr int n = 1 << 20;
    const float x = 1.0f + 0.75f * 0x1p-10f;
    const RandomBits bits(3, "three quarters");
    Rounding fp16 = rounding_to("fp16");
    fp16.mode = RoundingMode::stochastic;
    const RoundStochastic one(fp16);
    std::vector<double> wide(n, double(x));
    one(bits, {}, 0, wide.data(), wide.data(), n);
    std::vector<float> narrow(n, x);
    round(fp16, bits, {}, 0, narrow, narrow);
    int last_below = 0, wrong = 0;
    for (int i = 0; i < n; ++i) {
        const std::uint32_t word = bits.word({}, std::uint32_t(i));
        const double wanted = word < 3u << 30 ? 1.0 + 0x1p-10 : 1.0;
        last_below += word >> 16 == 0xbfff;
        wrong += wide[std::size_t(i)] != wanted || double(narrow[std::size_t(i)]) != wanted ||
                 one(double(x), word) != wanted;
    }
    CHECK(last_below > 0);
    CHECK(wrong == 0);
}

TEST_CASE("stochastic rounding is unbiased among normal and subnormal numbers and at the overflow boundary") {
    struct Case {
        const char* format;
        double x, lower, upper;
    };
    const Case cases[] = {
        {"fp16", 1.0 + 0.3 * 0x1p-10, 1.0, 1.0 + 0x1p-10},
        {"fp16", 0.017 * 0x1p-24, 0.0, 0x1p-24},                  // below every subnormal number
        {"fp16", (7 + 0.9) * 0x1p-24, 7 * 0x1p-24, 8 * 0x1p-24},  // among them
        {"fp16", 65504.0 + 0.25 * 32, 65504.0, HUGE_VAL},         // beyond the largest
        {"bf16", -(3.0 + 0.111 * 0x1p-6), -3.0, -(3.0 + 0x1p-6)},
        {"fp8_e4m3", 448.0 + 0.6 * 32, 448.0, NAN},
    };
    for (const Case& c : cases) {
        INFO(c.format << " " << c.x);
        const double p = std::isfinite(c.upper) ? (c.x - c.lower) / (c.upper - c.lower) : (c.x - c.lower) / 32;
        const int n = 10'000'000;
        const double up = double(count_up(stochastic(c.format), c.x, c.lower, n)),
                     deviation = std::sqrt(n * p * (1 - p));
        CHECK(std::fabs(up - n * p) < 4 * deviation);
    }
}

TEST_CASE("k random bits make probabilities that are multiples of 2^-k, rounded and not cut off") {
    for (const auto& [bits, fraction, expected] :
         {std::tuple{1, 0.6, 0.5}, {1, 0.8, 1.0}, {2, 0.3, 0.25}, {2, 0.4, 0.5}, {1, 0.2, 0.0}}) {
        INFO(bits << " bits at " << fraction);
        const int n = 100'000;
        const double up = double(count_up(stochastic("fp16", bits), 1.0 + fraction * 0x1p-10, 1.0, n)) / n;
        CHECK(std::fabs(up - expected) < 0.01);
        if (expected == 0.0 || expected == 1.0) CHECK(up == expected);
    }
}

TEST_CASE("what the format holds, infinities and NaN stay, whatever the bits") {
    for (const char* name : {"fp16", "fp8_e5m2"})
        for (const double x : {0.0, -0.0, 1.0, -1.5, 0x1p-16, 57344.0, HUGE_VAL, -HUGE_VAL, double(NAN)})
            for (const std::uint32_t bits : {0u, 1u, 0x80000000u, 0xffffffffu})
                CHECK(support::same(RoundStochastic(stochastic(name))(x, bits), x));
}

TEST_CASE("random words depend on seed, name, step, worker, term and element") {
    const RandomBits bits(1, "a");
    const std::uint32_t word = bits.word({1, 2, 3}, 4);
    CHECK(word != RandomBits(2, "a").word({1, 2, 3}, 4));
    CHECK(word != RandomBits(1, "b").word({1, 2, 3}, 4));
    CHECK(word != bits.word({2, 2, 3}, 4));
    CHECK(word != bits.word({1, 3, 3}, 4));
    CHECK(word != bits.word({1, 2, 4}, 4));
    CHECK(word != bits.word({1, 2, 3}, 5));
    // As documented: element 128 s + 16 j + l is half j % 2 of word j / 2 of block 16 s + l.
    const RandomStream same_key(1, "a");
    CHECK(same_key.uniform(0, 0, 0) != 0.0);
    std::uint16_t halves[300];
    bits.upper_halves({1, 2, 3}, 100, 300, halves);
    for (std::uint32_t i = 0; i < 300; ++i) CHECK(halves[i] == bits.word({1, 2, 3}, 100 + i) >> 16);
}
