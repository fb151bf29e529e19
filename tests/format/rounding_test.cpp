#include <cmath>
#include <limits>

#include "catch.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;
using support::available;
using support::kernel;
using support::Mismatches;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T>
void compare_with_oracle(const Rounding& rounding, const std::vector<T>& inputs, Mismatches& mismatches) {
    const auto round = kernel<T>(rounding);
    const std::string what = support::describe(rounding) + (sizeof(T) == 4 ? " binary32" : " binary64");
    for (const T x : inputs) mismatches.expect(round(x), oracle::round(rounding, x), what, {static_cast<double>(x)});
}

// Any bit pattern of the carrier, and patterns whose exponents lie near the format's range.
template <class T>
std::vector<T> random_inputs(const Format& format, int n, std::mt19937_64& random) {
    std::vector<T> inputs;
    for (int i = 0; i < n; ++i) {
        inputs.push_back(from_bits<T>(static_cast<typename BitsOf<T>::type>(random())));
        const double fraction = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
        const int binades = format.emax - format.emin + format.precision + 4;
        const int e = format.emin - format.precision - 1 + static_cast<int>(random() % static_cast<unsigned>(binades));
        inputs.push_back(static_cast<T>(std::ldexp(i % 2 == 0 ? fraction : -fraction, e)));
    }
    return inputs;
}

}  // namespace

TEST_CASE("ties go to the even significand") {
    const Rounding fp16 = rounding_to("fp16");
    CHECK(round_to(fp16, 2049.0) == 2048.0);
    CHECK(round_to(fp16, 2051.0) == 2052.0);
    CHECK(round_to(fp16, std::nextafter(2049.0, 3000.0)) == 2050.0);
    CHECK(round_to(fp16, -2049.0) == -2048.0);
    CHECK(round_to(fp16, 0x1p-25) == 0.0);  // half of the smallest subnormal
    CHECK(round_to(fp16, 0x3p-25) == 0x1p-23);
    CHECK(round_to(fp16, 0x1.8p-25) == 0x1p-24);
}

TEST_CASE("65520 is the first fp16 overflow and 464 the last fp8_e4m3 input that gives 448") {
    const Rounding fp16 = rounding_to("fp16");
    CHECK(round_to(fp16, std::nextafter(65520.0, 0.0)) == 65504.0);
    CHECK(round_to(fp16, 65520.0) == infinity);
    CHECK(round_to(fp16, -65520.0) == -infinity);
    Rounding e4m3 = rounding_to("fp8_e4m3");
    for (const Overflow overflow : {Overflow::nan, Overflow::saturate}) {
        e4m3.overflow = overflow;
        const double above = overflow == Overflow::nan ? not_a_number : 448.0;
        for (const double sign : {1.0, -1.0}) {
            CHECK(round_to(e4m3, sign * 464.0) == sign * 448.0);
            CHECK(support::same(round_to(e4m3, sign * 465.0), sign * above));
            CHECK(support::same(round_to(e4m3, sign * std::nextafter(464.0, 500.0)), sign * above));
            CHECK(support::same(round_to(e4m3, sign * infinity), sign * above));
        }
    }
}

TEST_CASE("a result is flushed when it is below the smallest normal after rounding") {
    const Rounding fp16{find_format("fp16").value(), Overflow::infinity, Subnormals::flush};
    CHECK(round_to(fp16, 0x1p-14) == 0x1p-14);
    const double tie = 0x1p-14 - 0x1p-25;
    CHECK(round_to(fp16, tie) == 0x1p-14);
    CHECK(support::same(round_to(fp16, std::nextafter(tie, 0.0)), 0.0));
    CHECK(support::same(round_to(fp16, -std::nextafter(tie, 0.0)), -0.0));
    CHECK(support::same(round_to(fp16, -0x1p-24), -0.0));
}

TEST_CASE("both carriers round every format, overflow rule and subnormal rule as the oracle does") {
    std::mt19937_64 random(20240601);
    Mismatches mismatches;
    for (const Format& format : support::all_formats()) {
        auto floats = support::edge_cases<float>(format);
        auto doubles = support::edge_cases<double>(format);
        const auto more_floats = random_inputs<float>(format, 60, random);
        const auto more_doubles = random_inputs<double>(format, 60, random);
        floats.insert(floats.end(), more_floats.begin(), more_floats.end());
        doubles.insert(doubles.end(), more_doubles.begin(), more_doubles.end());
        for (const Rounding& rounding : support::all_roundings(format)) {
            if (available<float>(rounding)) compare_with_oracle(rounding, floats, mismatches);
            REQUIRE(choose_kernel<double>(rounding) == KernelForm::magic);
            compare_with_oracle(rounding, doubles, mismatches);
        }
    }
    CHECK(mismatches.text() == "");
    CHECK(mismatches.checked() > 500000);
}

TEST_CASE("round_to is the binary64 kernel") {
    std::mt19937_64 random(7);
    Mismatches mismatches;
    for (const Rounding& rounding : support::all_roundings(find_format("e6m9").value())) {
        for (const double x : random_inputs<double>(rounding.format, 500, random))
            mismatches.expect(round_to(rounding, x), oracle::round(rounding, x), support::describe(rounding), {x});
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("each form is chosen where it is right") {
    const auto form = [](const char* name, Overflow overflow, Subnormals subnormals) {
        return choose_kernel<float>({find_format(name).value(), overflow, subnormals});
    };
    CHECK(form("fp32", Overflow::infinity, Subnormals::keep) == KernelForm::native);
    CHECK(form("e8m23", Overflow::infinity, Subnormals::keep) == KernelForm::native);
    CHECK(form("fp32", Overflow::saturate, Subnormals::keep) == KernelForm::unavailable);
    CHECK(form("fp32", Overflow::infinity, Subnormals::flush) == KernelForm::unavailable);
    CHECK(form("e5m23", Overflow::infinity, Subnormals::keep) == KernelForm::unavailable);
    for (const char* name : {"fp16", "fp8_e4m3", "fp8_e5m2", "e7m22", "e2m1"})
        CHECK(form(name, Overflow::infinity, Subnormals::keep) == KernelForm::magic);
    for (const char* name : {"bf16", "tf32", "e8m22", "e8m1"})
        CHECK(form(name, Overflow::infinity, Subnormals::keep) == KernelForm::mask);
    for (const char* name : {"bf16", "e8m1"}) {
        CHECK(form(name, Overflow::saturate, Subnormals::keep) == KernelForm::unavailable);
        CHECK(form(name, Overflow::infinity, Subnormals::flush) == KernelForm::unavailable);
    }
    CHECK(form("fp16", Overflow::saturate, Subnormals::keep) == KernelForm::magic);
    CHECK(form("fp16", Overflow::infinity, Subnormals::flush) == KernelForm::unavailable);
}

TEST_CASE("rounding twice changes nothing, and larger inputs never give smaller results") {
    std::mt19937_64 random(11);
    for (const char* name : {"fp8_e4m3", "fp16", "bf16", "e3m7", "e7m22"}) {
        for (Rounding rounding : support::all_roundings(find_format(name).value())) {
            if (rounding.overflow_result() == Overflow::nan) continue;
            CAPTURE(support::describe(rounding));
            auto inputs = support::edge_cases<double>(rounding.format);
            const auto more = random_inputs<double>(rounding.format, 500, random);
            inputs.insert(inputs.end(), more.begin(), more.end());
            std::erase_if(inputs, [](double x) { return x != x; });
            std::sort(inputs.begin(), inputs.end());
            double last = -infinity;
            bool idempotent = true, monotone = true;
            for (const double x : inputs) {
                const double y = round_to(rounding, x);
                idempotent = idempotent && support::same(round_to(rounding, y), y);
                monotone = monotone && y >= last;
                last = y;
            }
            CHECK(idempotent);
            CHECK(monotone);
        }
    }
}

TEST_CASE("no NaN payload turns into infinity, in either carrier") {
    for (const Format& format : support::all_formats()) {
        for (const Rounding& rounding : support::all_roundings(format)) {
            bool all_nan = true;
            for (int bit = 0; bit < 23; ++bit) {
                for (const std::uint32_t sign : {0u, 0x80000000u}) {
                    const auto payload = from_bits<float>(sign | 0x7f800000u | (1u << bit));
                    if (available<float>(rounding)) all_nan = all_nan && std::isnan(kernel<float>(rounding)(payload));
                }
            }
            for (int bit = 0; bit < 52; ++bit) {
                const auto payload = from_bits<double>(0x7ff0000000000000u | (std::uint64_t{1} << bit));
                all_nan = all_nan && std::isnan(kernel<double>(rounding)(payload));
            }
            if (!all_nan) FAIL("a NaN became a number in " << support::describe(rounding));
        }
    }
    SUCCEED();
}
