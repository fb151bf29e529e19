// Where exact_in_binary32 promises that one operation in binary32 and one rounding are enough.
#include <cmath>
#include <optional>

#include "catch.hpp"
#include "halfstep/format/round_to_odd.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;
using support::kernel;
using support::Mismatches;

namespace {

// + - x / of a and b and the square root of a in binary32, each then rounded to the format.
class InBinary32 {
public:
    explicit InBinary32(const Rounding& rounding)
        : rounding_(rounding), round_(kernel<float>(rounding)), name_(support::describe(rounding)) {}

    void check(double x, double y, Mismatches& mismatches) const {
        const auto a = static_cast<float>(x), b = static_cast<float>(y);
        mismatches.expect(round_(a + b), oracle::add(rounding_, x, y), name_ + " add", {x, y});
        mismatches.expect(round_(a - b), oracle::sub(rounding_, x, y), name_ + " sub", {x, y});
        mismatches.expect(round_(a * b), oracle::mul(rounding_, x, y), name_ + " mul", {x, y});
        mismatches.expect(round_(a / b), oracle::div(rounding_, x, y), name_ + " div", {x, y});
    }
    void check_sqrt(double x, Mismatches& mismatches) const {
        mismatches.expect(round_(std::sqrt(static_cast<float>(x))), oracle::sqrt(rounding_, x), name_ + " sqrt", {x});
    }

private:
    Rounding rounding_;
    std::function<float(float)> round_;
    std::string name_;
};

// A value of the format near b but scaled so that its product with a falls among the subnormals,
// where precision and spacing part.
double partner_below_normal(const Format& format, double a, double b, std::mt19937_64& random) {
    if (a == 0.0 || b == 0.0) return b;
    const int wanted = format.emin - static_cast<int>(random() % static_cast<unsigned>(format.precision + 2));
    const Rounding rounding{format, Overflow::saturate, Subnormals::keep};
    return oracle::round(rounding, std::ldexp(b, wanted - std::ilogb(a * b)));
}

// Every value of the rounding with both signs, and NaN.
std::vector<double> all_values(const Rounding& rounding) {
    std::vector<double> values;
    for (const double value : support::values_of(rounding)) values.insert(values.end(), {value, -value});
    values.push_back(std::numeric_limits<double>::quiet_NaN());
    return values;
}

}  // namespace

TEST_CASE("the binary32 carrier is promised up to 11 bits, 8 with binary32's exponents, and for native fp32") {
    for (const Format& format : support::all_formats()) {
        for (const Rounding& rounding : support::all_roundings(format)) {
            const bool native = choose_kernel<float>(rounding) == KernelForm::native;
            const int limit = format.emin == -126 ? 8 : 11;
            const bool kernel = support::available<float>(rounding);
            CHECK(exact_in_binary32(rounding) == (kernel && (native || format.precision <= limit)));
        }
    }
}

TEST_CASE("every pair of 8-bit values is added, subtracted, multiplied and divided with one rounding") {
    const char* name = GENERATE("fp8_e4m3", "fp8_e5m2", "e4m3", "e3m4", "e2m5", "e2m1");
    CAPTURE(name);
    Mismatches mismatches;
    for (const Rounding& rounding : support::all_roundings(find_format(name).value())) {
        // All overflow rules on one of the formats; one rule each elsewhere, to save time.
        const bool usual = rounding == rounding_to(name);
        if (!usual && std::string(name) != "fp8_e4m3" && std::string(name) != "e2m1") continue;
        std::optional<InBinary32> in_binary32;
        if (support::available<float>(rounding)) in_binary32.emplace(rounding);
        const RoundMagic<double> round{RoundingConstants<double>(rounding)};
        const std::string what = support::describe(rounding) + " to odd";
        const std::vector<double> values = all_values(rounding);
        for (const double a : values) {
            if (in_binary32) in_binary32->check_sqrt(a, mismatches);
            mismatches.expect(round(sqrt_to_odd(a)), oracle::sqrt(rounding, a), what + " sqrt", {a});
            for (const double b : values) {
                if (in_binary32) in_binary32->check(a, b, mismatches);
                mismatches.expect(round(add_to_odd(a, b)), oracle::add(rounding, a, b), what + " add", {a, b});
                mismatches.expect(round(mul_to_odd(a, b)), oracle::mul(rounding, a, b), what + " mul", {a, b});
                mismatches.expect(round(div_to_odd(a, b)), oracle::div(rounding, a, b), what + " div", {a, b});
            }
        }
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("the square root of every fp16 and every bf16 value is rounded once") {
    for (const char* name : {"fp16", "bf16"}) {
        Mismatches mismatches;
        const Rounding rounding = rounding_to(name);
        const InBinary32 in_binary32(rounding);
        for (const double x : all_values(rounding)) in_binary32.check_sqrt(x, mismatches);
        CHECK(mismatches.text() == "");
        CHECK(mismatches.checked() > 60000);
    }
}

TEST_CASE("wherever it is promised, one operation in binary32 and one rounding are enough") {
    std::mt19937_64 random(8);
    Mismatches mismatches;
    for (const Format& format : support::all_formats()) {
        for (const Rounding& rounding : support::all_roundings(format)) {
            if (!exact_in_binary32(rounding)) continue;
            const InBinary32 in_binary32(rounding);
            for (int i = 0; i < 400; ++i) {
                const double a = support::random_value(format, random), b = support::random_value(format, random);
                in_binary32.check(a, b, mismatches);
                in_binary32.check_sqrt(std::fabs(a), mismatches);
                in_binary32.check(a, partner_below_normal(format, a, b, random), mismatches);
            }
        }
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("one bit more and the promise would be false") {
    const auto wrong = [](const char* name, double a, double b) {
        const Rounding rounding = rounding_to(name);
        CHECK_FALSE(exact_in_binary32(rounding));
        CHECK(oracle::round(rounding, a) == a);
        CHECK(oracle::round(rounding, b) == b);
        Mismatches mismatches;
        InBinary32(rounding).check(a, b, mismatches);
        InBinary32(rounding).check_sqrt(a, mismatches);
        return mismatches.text();
    };
    // sqrt(4 - 2^-10) = 2 - 2^-12 - 2^-27 - ...: binary32 sees the tie 2 - 2^-12.
    CHECK(wrong("e5m11", 4.0 - 0x1p-10, 1.0) != "");
    // 331 * 396 = 2^17 + 4: the product is half of the smallest subnormal and a little more, and the
    // little is a tie in binary32.
    CHECK(wrong("e8m8", std::ldexp(331.0, -70), std::ldexp(396.0, -82)) != "");
}
