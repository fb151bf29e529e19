// The scalar path: every mode against its definition on the list of all values of a format, flags, and the
// array kernel's mode against the integer oracle.
#include "halfstep/format/scalar.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "catch.hpp"
#include "halfstep/format/encoding.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// All finite values of a format, in order; -0 is left out.
std::vector<double> values_of(const Format& format) {
    std::vector<double> values;
    for (std::uint64_t bits = 0; bits < std::uint64_t(1) << width(format); ++bits) {
        const double x = decode(format, static_cast<std::uint32_t>(bits));
        if (std::isfinite(x) && !(x == 0.0 && std::signbit(x))) values.push_back(x);
    }
    std::sort(values.begin(), values.end());
    return values;
}

bool is_odd(const Format& format, double x) {
    return encode(format, x) & 1;
}

// What `mode` makes of x, by definition: x lies between two neighbours in the list. The one beyond the
// largest value stands in its place in the grid, and means overflow.
double by_definition(const std::vector<double>& values, const Rounding& rounding, RoundingMode mode, double x) {
    const Format& format = rounding.format;
    if (x == 0.0) return x;
    const double beyond = format.max_finite + std::ldexp(1.0, format.emax - format.precision + 1);
    const double infinite = format.has_infinity ? HUGE_VAL : std::nan("");
    const auto at = std::lower_bound(values.begin(), values.end(), x);
    const double above = at == values.end() ? beyond : *at;
    const double below = above == x ? x : at == values.begin() ? -beyond : *(at - 1);
    const auto result = [&](double y) {
        if (std::fabs(y) > format.max_finite) {
            const bool to_infinity = mode == RoundingMode::ties_to_even || mode == RoundingMode::ties_to_away ||
                                     mode == (y > 0 ? RoundingMode::toward_positive : RoundingMode::toward_negative);
            return std::copysign(to_infinity ? infinite : format.max_finite, y);
        }
        return y == 0.0 ? std::copysign(0.0, x) : y;
    };
    if (std::fabs(x) >= beyond)  // outside
        return result(x);
    if (below == x) return x;
    const double middle = below / 2 + above / 2, smaller = x > 0 ? below : above, larger = x > 0 ? above : below;
    switch (mode) {
        case RoundingMode::toward_negative:
            return result(below);
        case RoundingMode::toward_positive:
            return result(above);
        case RoundingMode::toward_zero:
            return result(smaller);
        case RoundingMode::to_odd:
            return result(is_odd(format, smaller) ? smaller : larger);
        case RoundingMode::ties_to_away:
            return result(x == middle ? larger : x < middle ? below : above);
        default:
            if (x != middle) return result(x < middle ? below : above);
            return result(is_odd(format, smaller) ? larger : smaller);
    }
}

const std::vector<Format>& small_formats() {
    static const std::vector<Format> formats = {
        *find_format("fp16"), *find_format("bf16"), *find_format("fp8_e5m2"), *find_format("fp8_e4m3"),
        *find_format("e2m1"), *find_format("e5m7"), *find_format("e8m1")};
    return formats;
}

}  // namespace

TEST_CASE("every bit pattern of a format is read and written back") {
    for (const Format& format : small_formats()) {
        INFO(format.name);
        long wrong = 0;
        for (std::uint32_t bits = 0; bits < std::uint32_t(1) << width(format); ++bits) {
            const double x = decode(format, bits);
            if (!std::isnan(x)) wrong += encode(format, x) != bits;
        }
        CHECK(wrong == 0);
        CHECK(std::isnan(decode(format, encode(format, std::nan("")))));
        CHECK(decode(format, encode(format, format.max_finite)) == format.max_finite);
        CHECK_THROWS_AS(encode(format, format.max_finite * 2), std::invalid_argument);
        CHECK_THROWS_AS(encode(format, format.min_subnormal() / 2), std::invalid_argument);
    }
    CHECK(encode(*find_format("fp16"), 1.0) == 0x3c00);
    CHECK(encode(*find_format("bf16"), -2.5) == 0xc020);
    CHECK(encode(*find_format("fp8_e4m3"), 448.0) == 0x7e);
    CHECK(encode(*find_format("fp32"), 0x1p-149) == 1);
    CHECK(width(*find_format("tf32")) == 19);
}

TEST_CASE("in every mode the value between two neighbours goes where the mode's definition says") {
    for (const Format& format : small_formats()) {
        const Rounding rounding = rounding_to(format.name);
        const std::vector<double> values = values_of(format);
        support::Mismatches mismatches;
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            ScalarArithmetic arithmetic(rounding, mode.mode);
            const auto check = [&](double x) {
                mismatches.expect(arithmetic.convert(x), by_definition(values, rounding, mode.mode, x),
                                  format.name + ", " + std::string(mode.name), {x});
            };
            // Each value, the middle to the next, and what is as near to these as binary64 can be.
            for (std::size_t i = 0; i + 1 < values.size(); ++i) {
                const double middle = values[i] / 2 + values[i + 1] / 2;
                for (const double x : {values[i], middle, values[i] * 0.75 + values[i + 1] * 0.25})
                    for (const double y : {x, std::nextafter(x, -HUGE_VAL), std::nextafter(x, HUGE_VAL)}) check(y);
            }
            const double top = format.max_finite, spacing = std::ldexp(1.0, format.emax - format.precision + 1);
            for (const double x : {top, top + spacing / 2, top + spacing, 2 * top, 1e300})
                for (const double y : {x, std::nextafter(x, 0), std::nextafter(x, HUGE_VAL)}) check(y), check(-y);
        }
        INFO(mismatches.text());
        CHECK(mismatches.text().empty());
        CHECK(mismatches.checked() > 50);
    }
}

TEST_CASE("to nearest even, the scalar path is the oracle's, with every choice at the edges") {
    support::Mismatches mismatches;
    std::mt19937_64 random(1);
    for (const char* name : {"fp16", "bf16", "tf32", "fp32", "fp8_e5m2", "fp8_e4m3", "e4m11", "e2m3"})
        for (const Overflow overflow : {Overflow::infinity, Overflow::saturate, Overflow::nan})
            for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush}) {
                Rounding rounding = rounding_to(name);
                rounding.overflow = overflow;
                rounding.subnormals = subnormals;
                ScalarArithmetic to(rounding, RoundingMode::ties_to_even),
                    from(rounding_to(name), RoundingMode::ties_to_even);
                const int bits = width(rounding.format);
                for (int i = 0; i < 20'000; ++i) {
                    const auto draw = [&] { return decode(rounding.format, std::uint32_t(random() >> (64 - bits))); };
                    const double a = draw(), b = draw();
                    mismatches.expect(to.add(a, b), oracle::add(rounding, a, b), "add", {a, b});
                    mismatches.expect(to.mul(a, b), oracle::mul(rounding, a, b), "mul", {a, b});
                    mismatches.expect(to.div(a, b), oracle::div(rounding, a, b), "div", {a, b});
                    mismatches.expect(to.sqrt(a), oracle::sqrt(rounding, a), "sqrt", {a});
                }
            }
    INFO(mismatches.text());
    CHECK(mismatches.text().empty());
}

TEST_CASE("flags say what happened, and stay until they are cleared") {
    using A = ScalarArithmetic;
    A fp16(rounding_to("fp16"), RoundingMode::ties_to_even);
    const auto raised = [&](double) {
        const unsigned flags = fp16.flags();
        fp16.clear_flags();
        return flags;
    };
    CHECK(raised(fp16.add(1, 1)) == 0);
    CHECK(raised(fp16.add(2048, 1)) == A::inexact);
    CHECK(raised(fp16.mul(65504, 2)) == (A::overflow | A::inexact));
    CHECK(raised(fp16.div(1, 0.0)) == A::division_by_zero);
    CHECK(raised(fp16.div(HUGE_VAL, 0.0)) == 0);
    CHECK(raised(fp16.div(0.0, 0.0)) == A::invalid);
    CHECK(raised(fp16.sqrt(-1)) == A::invalid);
    CHECK(raised(fp16.sqrt(-0.0)) == 0);
    CHECK(raised(fp16.add(HUGE_VAL, -HUGE_VAL)) == A::invalid);
    CHECK(raised(fp16.fma(0.0, HUGE_VAL, std::nan(""))) == A::invalid);
    CHECK(raised(fp16.add(std::nan(""), 1)) == 0);
    // An exact subnormal raises nothing; tininess is looked at after rounding to unbounded exponent.
    CHECK(raised(fp16.mul(0x1p-14, 0.5)) == 0);
    CHECK(raised(fp16.mul(0x1p-24, 0.75)) == (A::underflow | A::inexact));
    CHECK(raised(fp16.convert(0x1p-14 * (1 - 0x1p-13))) == A::inexact);
    fp16.add(2048, 1);
    fp16.div(1, 0.0);
    CHECK(fp16.flags() == (A::inexact | A::division_by_zero));
}

TEST_CASE("exact zeros have the sign that the mode gives them") {
    ScalarArithmetic even(rounding_to("bf16"), RoundingMode::ties_to_even),
        down(rounding_to("bf16"), RoundingMode::toward_negative);
    CHECK_FALSE(std::signbit(even.sub(3, 3)));
    CHECK(std::signbit(down.sub(3, 3)));
    CHECK(std::signbit(even.add(-0.0, -0.0)));
    CHECK_FALSE(std::signbit(down.add(0.0, 0.0)));
    CHECK(std::signbit(down.fma(2, 3, -6)));
    CHECK_FALSE(std::signbit(even.fma(-2, 0.0, 0.0)));
    CHECK(std::signbit(even.fma(-2, 0.0, -0.0)));
}

TEST_CASE("fused multiply-add rounds once where two roundings would differ") {
    // The hard cases of the literature: product on a tie, a tiny addend.
    const Format fp16 = *find_format("fp16");
    const auto fma = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c, RoundingMode mode) {
        ScalarArithmetic arithmetic(rounding_to("fp16"), mode);
        return encode(fp16, arithmetic.fma(decode(fp16, a), decode(fp16, b), decode(fp16, c)));
    };
    CHECK(fma(0x39c0, 0xc3fe, 0x07fe, RoundingMode::ties_to_even) == 0xc1bf);
    CHECK(fma(0x0001, 0x00ff, 0xf7ee, RoundingMode::toward_zero) == 0xf7ed);
}

TEST_CASE("rounding modes are found by any of their names") {
    for (const RoundingModeName& m : deterministic_rounding_modes())
        for (const std::string_view name : {m.name, m.ieee, m.testfloat}) CHECK(find_rounding_mode(name) == m.mode);
    CHECK_FALSE(find_rounding_mode("nearest"));
}
