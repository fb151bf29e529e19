#include "halfstep/format/round_to_odd.hpp"

#include "catch.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;
using support::Mismatches;

namespace {

// Operands of any exponent, and pairs whose sum, product or quotient falls near a tie or the ends of
// the range.
float random_binary32(std::mt19937_64& random) {
    const auto bits = static_cast<std::uint32_t>(random());
    switch (random() % 4) {
        case 0:
            return from_bits<float>(bits);
        case 1:  // exponents near zero
            return from_bits<float>((bits & 0x80ffffffu) + 0x3f000000u);
        case 2:  // few significand bits
            return from_bits<float>((bits & 0x80f80001u) + 0x3f000000u);
        default:  // subnormals and their neighbours
            return from_bits<float>(bits & 0x80ffffffu);
    }
}

// Any sign and significand, an exponent between -200 and 200, sometimes few significant bits.
double random_binary64(std::mt19937_64& random) {
    const std::uint64_t bits = random();
    const std::uint64_t fraction = bits & (bits % 3 == 0 ? 0x000ff00000000001u : 0x000fffffffffffffu);
    return from_bits<double>((bits >> 63 << 63) | (1023u - 200u + random() % 401u) << 52 | fraction);
}

}  // namespace

TEST_CASE("the odd neighbour of an inexact result is the one toward the exact value") {
    CHECK(add_to_odd(1.0, 0x1p-60) == 1.0 + 0x1p-52);
    CHECK(add_to_odd(1.0, -0x1p-60) == 1.0 - 0x1p-53);
    CHECK(add_to_odd(-1.0, 0x1p-60) == -1.0 + 0x1p-53);
    CHECK(add_to_odd(1.0, 1.0) == 2.0);
    CHECK(sub_to_odd(3.0, 1.0) == 2.0);
    CHECK(support::same(add_to_odd(1.0, -1.0), 0.0));
    CHECK(support::same(add_to_odd(-0.0, -0.0), -0.0));
    CHECK(support::same(mul_to_odd(-3.0, 0.0), -0.0));
    CHECK((to_bits(div_to_odd(1.0, 3.0)) & 1u) == 1u);
    CHECK((to_bits(div_to_odd(-2.0, -3.0)) & 1u) == 1u);
    CHECK((to_bits(sqrt_to_odd(2.0)) & 1u) == 1u);
    CHECK(sqrt_to_odd(9.0) == 3.0);
    CHECK(support::same(sqrt_to_odd(-0.0), -0.0));
}

TEST_CASE("results are the exact ones rounded to odd, bit by bit") {
    std::mt19937_64 random(30);
    Mismatches mismatches;
    const auto check = [&](double a, double b) {
        mismatches.expect(add_to_odd(a, b), oracle::add_to_odd(a, b), "add", {a, b});
        mismatches.expect(sub_to_odd(a, b), oracle::add_to_odd(a, -b), "sub", {a, b});
        mismatches.expect(mul_to_odd(a, b), oracle::mul_to_odd(a, b), "mul", {a, b});
        if (b != 0.0) mismatches.expect(div_to_odd(a, b), oracle::div_to_odd(a, b), "div", {a, b});
        if (a >= 0.0) mismatches.expect(sqrt_to_odd(a), oracle::sqrt_to_odd(a), "sqrt", {a});
    };
    for (int i = 0; i < 40000; ++i) {
        const double a = random_binary32(random), b = random_binary32(random);
        if (std::isfinite(a) && std::isfinite(b)) check(a, b);
        const double c = random_binary64(random), d = random_binary64(random);
        check(c, d);
        check(c, c * (1.0 + static_cast<double>(random() % 64) * 0x1p-30));  // close operands
    }
    CHECK(mismatches.text() == "");
    CHECK(mismatches.checked() > 500000);
}

TEST_CASE("infinite and undefined results are those of IEEE 754") {
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(add_to_odd(infinity, 1.0) == infinity);
    CHECK(support::same(add_to_odd(infinity, -infinity), nan));
    CHECK(sub_to_odd(1.0, infinity) == -infinity);
    CHECK(mul_to_odd(-infinity, 3.0) == -infinity);
    CHECK(support::same(mul_to_odd(infinity, 0.0), nan));
    CHECK(div_to_odd(-1.0, 0.0) == -infinity);
    CHECK(support::same(div_to_odd(1.0, -infinity), -0.0));
    CHECK(support::same(div_to_odd(0.0, 0.0), nan));
    CHECK(sqrt_to_odd(infinity) == infinity);
    CHECK(support::same(sqrt_to_odd(-1.0), nan));
}

TEST_CASE("any operation on binary32 operands, rounded to odd and then to any format, is rounded once") {
    std::mt19937_64 random(31);
    Mismatches mismatches;
    for (const Format& format : support::all_formats()) {
        for (const Rounding& rounding : support::all_roundings(format)) {
            const RoundMagic<double> round{RoundingConstants<double>(rounding)};
            const std::string name = support::describe(rounding);
            for (int i = 0; i < 60; ++i) {
                const double a = random_binary32(random), b = random_binary32(random);
                mismatches.expect(round(add_to_odd(a, b)), oracle::add(rounding, a, b), name + " add", {a, b});
                mismatches.expect(round(sub_to_odd(a, b)), oracle::sub(rounding, a, b), name + " sub", {a, b});
                mismatches.expect(round(mul_to_odd(a, b)), oracle::mul(rounding, a, b), name + " mul", {a, b});
                mismatches.expect(round(div_to_odd(a, b)), oracle::div(rounding, a, b), name + " div", {a, b});
                mismatches.expect(round(sqrt_to_odd(a)), oracle::sqrt(rounding, a), name + " sqrt", {a});
            }
        }
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("operands of the format itself, whose results meet ties, are rounded once") {
    std::mt19937_64 random(32);
    Mismatches mismatches;
    for (const Format& format : support::all_formats()) {
        const Rounding rounding{format, format.default_overflow(), Subnormals::keep};
        const RoundMagic<double> round{RoundingConstants<double>(rounding)};
        for (int i = 0; i < 400; ++i) {
            const double a = support::random_value(format, random), b = support::random_value(format, random);
            mismatches.expect(round(add_to_odd(a, b)), oracle::add(rounding, a, b), format.name + " add", {a, b});
            mismatches.expect(round(mul_to_odd(a, b)), oracle::mul(rounding, a, b), format.name + " mul", {a, b});
            mismatches.expect(round(div_to_odd(a, b)), oracle::div(rounding, a, b), format.name + " div", {a, b});
            mismatches.expect(round(sqrt_to_odd(a)), oracle::sqrt(rounding, a), format.name + " sqrt", {a});
        }
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("binary32 fp32 arithmetic and binary64 rounded to odd agree with the oracle on a sweep of square roots") {
    const Rounding fp32 = rounding_to("fp32");
    const RoundMagic<double> round{RoundingConstants<double>(fp32)};
    Mismatches mismatches;
    for (std::uint64_t bits = 0; bits < 0x7f800000u; bits += 4099) {
        const auto x = from_bits<float>(static_cast<std::uint32_t>(bits));
        const double wanted = oracle::sqrt(fp32, x);
        mismatches.expect(std::sqrt(x), wanted, "sqrtf", {static_cast<double>(x)});
        mismatches.expect(round(sqrt_to_odd(x)), wanted, "sqrt_to_odd", {static_cast<double>(x)});
    }
    CHECK(mismatches.text() == "");
    CHECK(mismatches.checked() > 1000000);
}
