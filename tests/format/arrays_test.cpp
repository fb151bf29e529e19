// Array functions against the scalar path, element by element.
#include "halfstep/format/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "catch.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/format/stochastic.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// Every choice at the edges, in every deterministic mode.
std::vector<Rounding> roundings_of(const char* name) {
    std::vector<Rounding> all;
    for (const RoundingModeName& mode : deterministic_rounding_modes())
        for (const Subnormals inputs : {Subnormals::keep, Subnormals::flush})
            for (const Subnormals results : {Subnormals::keep, Subnormals::flush})
                for (const Overflow overflow : {rounding_to(name).overflow, Overflow::saturate, Overflow::nan}) {
                    Rounding r = rounding_to(name);
                    r.mode = mode.mode;
                    r.subnormal_inputs = inputs;
                    r.subnormals = results;
                    r.overflow = overflow;
                    all.push_back(r);
                }
    return all;
}

std::string described(const Rounding& r) {
    return support::describe(r) + ", mode " + std::to_string(int(r.mode)) +
           (r.subnormal_inputs == Subnormals::flush ? ", inputs flushed" : "");
}

// Where a rounding to the format changes its mind, and numbers from below its smallest to beyond its largest.
std::vector<float> numbers_for(const Format& f, std::mt19937_64& random) {
    std::vector<float> x = support::edge_cases<float>(f);
    std::shuffle(x.begin(), x.end(), random);
    x.resize(std::min<std::size_t>(x.size(), 400));
    const int low = f.emin - f.precision - 10, range = f.emax + 2 - low;
    while (x.size() < 803) {  // no multiple of what a register holds
        const double m = double(random() % (std::uint64_t(1) << (1 + random() % 24)));
        x.push_back(static_cast<float>(std::ldexp(random() % 2 ? m : -m, low + int(random() % unsigned(range)) - 10)));
    }
    return x;
}

}  // namespace

TEST_CASE("every array function gives the scalar path's results, in every mode, with every choice at the edges") {
    std::mt19937_64 random(2);
    for (const char* name : {"fp32", "tf32", "bf16", "fp16", "fp8_e5m2", "fp8_e4m3", "fp8_e4m3fnuz", "fp6_e2m3",
                             "fp4_e2m1", "e4m5", "e8m3", "q3.4"})
        for (const Rounding& rounding : roundings_of(name)) {
            ScalarArithmetic s(rounding);
            const Format& f = rounding.format;
            const std::vector<float> x = numbers_for(f, random);
            const std::size_t n = x.size();
            std::vector<double> wide(n);
            for (double& v : wide) v = double(x[random() % n]) * (1.0 + 0x1p-40);
            std::vector<float> a(n), y(n);
            support::Mismatches wrong;
            const auto check = [&](const char* what, auto scalar) {
                for (std::size_t i = 0; i < n; ++i)
                    wrong.expect(double(y[i]), scalar(i), what, {double(x[i]), double(a[i])});
            };
            round(rounding, x, y);
            check("round", [&](std::size_t i) { return s.convert(double(x[i])); });
            round(rounding, std::span<const double>(wide), y);
            check("round from binary64", [&](std::size_t i) { return s.convert(wide[i]); });
            // Operands are any values of the format, subnormal ones among them whatever the rounding makes of these.
            round(rounding_to(name), x, a);
            std::vector<float> b(a.rbegin(), a.rend()), c = a;
            std::shuffle(c.begin(), c.end(), random);
            for (std::size_t i = 0; i < n; i += 9) b[i] = i % 2 ? a[i] : -a[i];  // cancellations
            round(rounding_to(name), b, b);  // -0 and -lowest() may be no values of the format
            const auto at = [](const std::vector<float>& v, std::size_t i) { return double(v[i]); };
            add(rounding, a, b, y);
            check("add", [&](std::size_t i) { return s.add(at(a, i), at(b, i)); });
            sub(rounding, a, b, y);
            check("sub", [&](std::size_t i) { return s.sub(at(a, i), at(b, i)); });
            mul(rounding, a, b, y);
            check("mul", [&](std::size_t i) { return s.mul(at(a, i), at(b, i)); });
            div(rounding, a, b, y);
            check("div", [&](std::size_t i) { return s.div(at(a, i), at(b, i)); });
            fma(rounding, a, b, c, y);
            check("fma", [&](std::size_t i) { return s.fma(at(a, i), at(b, i), at(c, i)); });
            sqrt(rounding, a, y);
            check("sqrt", [&](std::size_t i) { return s.sqrt(at(a, i)); });
            INFO(described(rounding));
            CHECK(wrong.text() == "");
        }
}

TEST_CASE("a result may be written over an operand") {
    const Rounding fp16 = rounding_to("fp16");
    const std::vector<float> a = {1.5f, -2.0f, 0.25f, 0x1p-24f}, b = {3.0f, 0.5f, -8.0f, 2.0f};
    std::vector<float> wanted(4), y = a;
    mul(fp16, a, b, wanted);
    mul(fp16, y, b, y);
    CHECK(y == wanted);
    y = b;
    mul(fp16, a, y, y);
    CHECK(y == wanted);
    fma(fp16, a, b, a, wanted);
    y = a;
    fma(fp16, y, b, y, y);
    CHECK(y == wanted);
}

TEST_CASE("with random bits every element is rounded as the scalar path rounds it with the bits of its place") {
    std::mt19937_64 random(3);
    const RandomBits bits(7, "scalar");
    const RandomPlace place{4, 5, 6};
    for (const char* name : {"fp32", "bf16", "fp16", "fp8_e4m3", "fp8_e4m3fnuz", "fp4_e2m1", "q3.4"})
        for (Rounding rounding : roundings_of(name)) {
            if (rounding.mode != RoundingMode::ties_to_even) continue;
            rounding.mode = RoundingMode::stochastic;
            rounding.random_bits = 1 + int(random() % 32);
            const std::vector<float> x = numbers_for(rounding.format, random);
            std::vector<float> y(x.size());
            round(rounding, bits, place, 1000, x, y);
            ScalarArithmetic s(rounding);
            support::Mismatches wrong;
            for (std::size_t i = 0; i < x.size(); ++i) {
                s.draw(bits.word(place, 1000 + std::uint32_t(i)));
                wrong.expect(double(y[i]), s.convert(double(x[i])), "round", {double(x[i])});
            }
            INFO(described(rounding));
            CHECK(wrong.text() == "");
        }
}

TEST_CASE("with random bits arrays are rounded as RoundStochastic and RoundBlock do") {
    std::vector<float> x, y(600);
    for (int i = 0; i < 600; ++i) x.push_back(1.0f + float(i) * 0x1p-14f);
    const RandomBits bits(5, "arrays");
    for (const char* name : {"fp16", "mxfp8_e4m3"}) {
        Rounding rounding = rounding_to(name);
        rounding.mode = RoundingMode::stochastic;
        round(rounding, bits, {1, 2, 3}, 10, x, y);
        std::vector<double> wanted(x.begin(), x.end());
        if (rounding.format.block > 0)
            RoundBlock{rounding}(bits, {1, 2, 3}, 10, wanted.data(), wanted.data(), 600);
        else
            RoundStochastic{rounding}(bits, {1, 2, 3}, 10, wanted.data(), wanted.data(), 600);
        for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(static_cast<double>(y[i]) == wanted[i]);
        CHECK_THROWS_AS(round(rounding, x, y), std::logic_error);
        CHECK_THROWS_AS(add(rounding, x, x, y), std::logic_error);
    }
}

TEST_CASE("arrays of different sizes are refused, and empty ones are fine") {
    std::vector<float> three(3), two(2), none;
    const Rounding fp16 = rounding_to("fp16");
    CHECK_THROWS_AS(round(fp16, three, two), std::invalid_argument);
    CHECK_THROWS_AS(add(fp16, three, two, three), std::invalid_argument);
    CHECK_THROWS_AS(fma(fp16, three, three, two, three), std::invalid_argument);
    round(fp16, none, none);
    add(fp16, none, none, none);
}
