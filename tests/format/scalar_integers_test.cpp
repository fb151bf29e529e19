// Remainders, integers and comparisons of the scalar path, against exact integers and the C library's roundings.
#include <cmath>
#include <limits>
#include <random>

#include "catch.hpp"
#include "exact.hpp"
#include "halfstep/format/round_to_odd.hpp"
#include "halfstep/format/scalar.hpp"
#include "support.hpp"

using namespace halfstep;
using oracle::cpp_int;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double quiet = std::numeric_limits<double>::quiet_NaN(),
             signalling = std::numeric_limits<double>::signaling_NaN();

// The integer next to x as the mode says, by the C library.
double integer(RoundingMode mode, double x) {
    switch (mode) {
        case RoundingMode::ties_to_even:
            return std::nearbyint(x);
        case RoundingMode::ties_to_away:
            return std::round(x);
        case RoundingMode::toward_zero:
            return std::trunc(x);
        case RoundingMode::toward_positive:
            return std::ceil(x);
        case RoundingMode::toward_negative:
            return std::floor(x);
        default: {  // to odd
            const double below = std::floor(x), above = std::ceil(x);
            return std::fmod(below, 2.0) != 0.0 ? below : above;
        }
    }
}

// All finite values with both signs.
std::vector<double> signed_values(const Rounding& rounding) {
    std::vector<double> all;
    for (const double x : support::values_of(rounding))
        if (std::isfinite(x)) all.insert(all.end(), {x, -x});
    return all;
}

cpp_int scaled(double x) {  // x * 2^200
    const oracle::Exact e = oracle::exact(x);
    const cpp_int magnitude = e.significand << (e.exponent + 200);
    return e.negative ? cpp_int(-magnitude) : magnitude;
}

// a - n*b by exact integers.
cpp_int exact_remainder(double a, double b) {
    const cpp_int x = scaled(a), y = abs(scaled(b));
    cpp_int n = x / y, rest = x - n * y;  // toward zero
    const cpp_int twice = 2 * abs(rest);
    if (twice > y || (twice == y && (n & 1) != 0)) rest += rest < 0 ? y : cpp_int(-y);
    return rest;
}

}  // namespace

TEST_CASE("every fp16 and bf16 number goes to the integer its mode says, and keeps its sign") {
    for (const char* name : {"fp16", "bf16"})
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            ScalarArithmetic s(rounding_to(name), mode.mode);
            support::Mismatches wrong;
            bool flags_are_right = true;
            for (const double x : signed_values(rounding_to(name))) {
                const double wanted = integer(mode.mode, x);
                wrong.expect(s.round_to_integer(x), std::copysign(wanted, x), "integer", {x});
                flags_are_right = flags_are_right && s.flags() == 0;
                s.round_to_integer(x, true);
                const unsigned flags = wanted == x ? 0u : unsigned(ScalarArithmetic::inexact);
                flags_are_right = flags_are_right && s.flags() == flags;
                s.clear_flags();
            }
            INFO(name << " " << mode.name);
            CHECK(wrong.text() == "");
            CHECK(flags_are_right);
        }
}

TEST_CASE("every fp16 and bf16 number becomes an integer of any kind, or is invalid") {
    for (const char* name : {"fp16", "bf16"})
        for (const RoundingModeName& mode : deterministic_rounding_modes())
            for (const int bits : {8, 32, 64})
                for (const bool is_signed : {false, true}) {
                    ScalarArithmetic s(rounding_to(name), mode.mode);
                    const double low = is_signed ? -std::ldexp(1.0, bits - 1) : 0.0;
                    const double beyond = std::ldexp(1.0, is_signed ? bits - 1 : bits);
                    int wrong = 0;
                    for (const double x : signed_values(rounding_to(name))) {
                        const double wanted = integer(mode.mode, x);
                        const std::uint64_t got = s.to_integer(x, bits, is_signed, true);
                        if (wanted < low || wanted >= beyond) {
                            wrong += s.flags() != ScalarArithmetic::invalid;
                        } else {
                            const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
                            const std::uint64_t word =
                                wanted < 0 ? std::uint64_t(std::int64_t(wanted)) & all : std::uint64_t(wanted);
                            wrong += got != word || (s.flags() != 0) != (wanted != x);
                        }
                        s.clear_flags();
                    }
                    INFO(name << " " << mode.name << " " << bits << (is_signed ? " signed" : ""));
                    CHECK(wrong == 0);
                }
    ScalarArithmetic s(rounding_to("fp16"));
    CHECK(s.to_integer(infinity, 32, true) == 0x80000000u);
    CHECK(s.to_integer(quiet, 64, false) == ~std::uint64_t{0});
    CHECK(s.flags() == ScalarArithmetic::invalid);
}

TEST_CASE("integers become the number that one rounding of them gives") {
    std::mt19937_64 random(4);
    for (const char* name : {"fp16", "bf16", "fp32", "fp8_e4m3"})
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            Rounding rounding = rounding_to(name);
            rounding.mode = mode.mode;
            ScalarArithmetic s(rounding), one(rounding);
            support::Mismatches wrong;
            for (int i = 0; i < 20000; ++i) {
                const std::uint64_t n = random() >> (random() % 64) << (random() % 8);
                const bool negative = random() % 2;
                // An integer of 64 bits is the sum of two numbers of 32.
                const double high = std::ldexp(double(n >> 32), 32), low = double(n & 0xffffffffu);
                const double odd = add_to_odd(high, low);
                wrong.expect(s.from_integer(n, negative), one.convert(negative ? -odd : odd), std::string(mode.name),
                             {odd});
            }
            CHECK(wrong.text() == "");
            CHECK(s.flags() == one.flags());
        }
    ScalarArithmetic s(rounding_to("fp32"), RoundingMode::toward_zero);
    CHECK(s.from_integer(~std::uint64_t{0}) == 0x1.fffffep63);
    CHECK(to_bits(s.from_integer(0)) == to_bits(0.0));
}

TEST_CASE("remainders are exact, for all pairs of fp8 numbers and many others") {
    std::mt19937_64 random(5);
    const auto check = [](ScalarArithmetic& s, double a, double b) {
        const double r = s.remainder(a, b);
        return scaled(r) == exact_remainder(a, b) && (r != 0.0 || std::signbit(r) == std::signbit(a));
    };
    ScalarArithmetic fp8(rounding_to("fp8_e4m3"));
    int wrong = 0;
    const std::vector<double> values = signed_values(rounding_to("fp8_e4m3"));
    for (const double a : values)
        for (const double b : values)
            if (b != 0.0) wrong += !check(fp8, a, b);
    CHECK(wrong == 0);
    CHECK(fp8.flags() == 0);
    for (const char* name : {"fp16", "bf16", "fp32"}) {
        const Rounding rounding = rounding_to(name);
        ScalarArithmetic s(rounding);
        for (int i = 0; i < 5000; ++i) {
            const auto draw = [&] {
                return round_to(rounding, std::ldexp(double(random() % 4096), int(random() % 40) - 26));
            };
            const double a = draw(), b = draw();
            if (std::isfinite(a) && std::isfinite(b) && b != 0.0) wrong += !check(s, i % 2 ? a : -a, b);
        }
        CHECK(s.flags() == 0);
    }
    CHECK(wrong == 0);
    ScalarArithmetic s(rounding_to("fp16"));
    CHECK(s.remainder(3.0, infinity) == 3.0);
    CHECK(s.flags() == 0);
    CHECK(std::isnan(s.remainder(1.0, 0.0)));
    CHECK(s.flags() == ScalarArithmetic::invalid);
    s.clear_flags();
    CHECK(std::isnan(s.remainder(infinity, 1.0)));
    CHECK(s.flags() == ScalarArithmetic::invalid);
}

TEST_CASE("comparisons with NaN are false and signal as their kind does") {
    ScalarArithmetic s(rounding_to("fp16"));
    const auto flags = [&](bool result) {
        const unsigned f = s.flags();
        s.clear_flags();
        return result ? 99u : f;
    };
    CHECK(s.equal(0.0, -0.0));
    CHECK(s.less_equal(-0.0, 0.0));
    CHECK_FALSE(s.less(-0.0, 0.0));
    CHECK(s.less(-infinity, -65504.0));
    CHECK(s.flags() == 0);
    CHECK(flags(s.equal(quiet, 1.0)) == 0);
    CHECK(flags(s.equal(1.0, signalling)) == ScalarArithmetic::invalid);
    CHECK(flags(s.equal(quiet, 1.0, true)) == ScalarArithmetic::invalid);
    CHECK(flags(s.less(quiet, 1.0)) == ScalarArithmetic::invalid);
    CHECK(flags(s.less_equal(quiet, 1.0, false)) == 0);
    CHECK(flags(s.less_equal(signalling, 1.0, false)) == ScalarArithmetic::invalid);
}
