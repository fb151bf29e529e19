// expm1, log1p, sigmoid, erf, sine, cosine, reciprocal square root and integer powers.
#include <cmath>
#include <limits>

#include "../../sim/format/two_over_pi.hpp"
#include "catch.hpp"
#include "elementary_oracle.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/encoding.hpp"
#include "support.hpp"

using namespace halfstep;
using support::same;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Cut to 25 bits.
oracle::Cut cut_of(double y) {
    const std::uint64_t low = (std::uint64_t(1) << 28) - 1;
    return {from_bits<double>(to_bits(y) & ~low), (to_bits(y) & low) == 0};
}

// Beyond these every format overflows or underflows alike, and only the side matters.
bool agrees(double y, const oracle::Cut& wanted) {
    if (std::fabs(wanted.value) >= 0x1p1000)
        return std::fabs(y) >= 0x1p1000 && std::isfinite(y) && y * wanted.value > 0;
    if (std::fabs(wanted.value) <= 0x1p-1000 && wanted.value != 0.0)
        return std::fabs(y) <= 0x1p-1000 && y != 0.0 && std::signbit(y) == std::signbit(wanted.value);
    const oracle::Cut found = cut_of(y);
    return found.value == wanted.value && found.exact == wanted.exact;
}

}  // namespace

TEST_CASE("for every fp16, bf16 and fp8 number the function is rounded rightly in every mode") {
    for (const char* name : {"fp16", "bf16", "fp8_e4m3", "fp8_e5m2"}) {
        const Format format = *find_format(name);
        for (const oracle::ElementaryFunction& f : oracle::elementary_functions()) {
            INFO(f.name << " of " << name);
            support::Mismatches mismatches;
            for (std::uint32_t bits = 0; bits < std::uint32_t(1) << width(format); ++bits) {
                const double x = decode(format, bits);
                const std::string called = f.name;
                const bool outside =
                    !std::isfinite(x) || x == 0.0 || (called == "log1p" && x <= -1.0) || (called == "rsqrt" && x < 0.0);
                if (outside) continue;
                const double y = f.to_odd(x);
                const oracle::Cut wanted = f.cut(x);
                if (!agrees(y, wanted)) mismatches.expect(y, wanted.value, f.name, {x});
            }
            CHECK(mismatches.text() == "");
        }
    }
}

TEST_CASE("integer powers are the exact powers, rounded to odd") {
    for (const char* name : {"fp16", "bf16", "fp8_e4m3", "fp8_e5m2"}) {
        const Format format = *find_format(name);
        for (const int n : {2, 3, 4, 5, 7, 10, 16, 33, 64, -1, -2, -3, -5, -64}) {
            INFO(name << " to the power " << n);
            support::Mismatches mismatches;
            for (std::uint32_t bits = 0; bits<std::uint32_t(1) << width(format); bits += width(format)> 8 ? 7 : 1) {
                const double x = decode(format, bits);
                if (!std::isfinite(x) || x == 0.0) continue;
                const double y = powi_to_odd(x, n);
                const oracle::Cut wanted = oracle::cut_power(x, n);
                if (!agrees(y, wanted)) mismatches.expect(y, wanted.value, "power", {x, double(n)});
            }
            CHECK(mismatches.text() == "");
        }
    }
    std::mt19937_64 random(3);
    support::Mismatches mismatches;
    for (int i = 0; i < 30'000; ++i) {
        // binary32 numbers near 1 and anywhere, and hard ones: 1 + a few units.
        const double x = i % 3 == 0 ? 1.0 + double(int(random() % 64) - 32) * 0x1p-23
                                    : std::ldexp(double(random() % (1u << 24)) + 1, int(random() % 40) - 40);
        const int n = int(random() % 129) - 64;
        if (n == 0) continue;
        const oracle::Cut wanted = oracle::cut_power(x, n);
        const double y = powi_to_odd(x, n);
        if (!agrees(y, wanted)) mismatches.expect(y, wanted.value, "power", {x, double(n)});
    }
    CHECK(mismatches.text() == "");
}

TEST_CASE("the ends of the range of the other functions are exact") {
    CHECK(same(expm1_to_odd(-0.0), -0.0));
    CHECK(expm1_to_odd(infinity) == infinity);
    CHECK(expm1_to_odd(-infinity) == -1.0);
    CHECK(expm1_to_odd(1e5) == std::numeric_limits<double>::max());
    CHECK(same(log1p_to_odd(-0.0), -0.0));
    CHECK(log1p_to_odd(-1.0) == -infinity);
    CHECK(same(log1p_to_odd(-1.5), not_a_number));
    CHECK(log1p_to_odd(infinity) == infinity);
    CHECK(sigmoid_to_odd(0.0) == 0.5);
    CHECK(sigmoid_to_odd(-0.0) == 0.5);
    CHECK(sigmoid_to_odd(infinity) == 1.0);
    CHECK(same(sigmoid_to_odd(-infinity), 0.0));
    CHECK(sigmoid_to_odd(-1e5) == std::numeric_limits<double>::denorm_min());
    CHECK(same(erf_to_odd(-0.0), -0.0));
    CHECK(erf_to_odd(-infinity) == -1.0);
    CHECK(erf_to_odd(100.0) == 1.0 - 0x1p-53);
    CHECK(same(sin_to_odd(-0.0), -0.0));
    CHECK(cos_to_odd(0.0) == 1.0);
    CHECK(same(sin_to_odd(infinity), not_a_number));
    CHECK(same(cos_to_odd(-infinity), not_a_number));
    CHECK(rsqrt_to_odd(0.0) == infinity);
    CHECK(rsqrt_to_odd(-0.0) == -infinity);
    CHECK(same(rsqrt_to_odd(infinity), 0.0));
    CHECK(same(rsqrt_to_odd(-1.0), not_a_number));
    CHECK(rsqrt_to_odd(0x1p-148) == 0x1p74);
    CHECK(powi_to_odd(not_a_number, 0) == 1.0);
    CHECK(same(powi_to_odd(-0.0, 3), -0.0));
    CHECK(powi_to_odd(-0.0, -3) == -infinity);
    CHECK(powi_to_odd(-infinity, -2) == 0.0);
    CHECK(powi_to_odd(3.0, 33) == 5559060566555523.0);  // 53 bits
    for (const auto& f : oracle::elementary_functions()) CHECK(same(f.to_odd(not_a_number), not_a_number));
}

TEST_CASE("2/pi is what the table says") {
    // 2/pi by Machin's formula, in integers of 1400 bits.
    using Words = std::vector<std::uint32_t>;  // a fraction, the highest word first, after one word before the point
    const std::size_t size = tables::two_over_pi.size() + 4;
    const auto divided = [](Words a, std::uint32_t by) {
        std::uint64_t rest = 0;
        for (std::uint32_t& w : a) {
            const std::uint64_t value = rest << 32 | w;
            w = static_cast<std::uint32_t>(value / by);
            rest = value % by;
        }
        return a;
    };
    const auto add = [](Words& a, const Words& b, bool subtract) {
        std::int64_t carry = 0;
        for (std::size_t i = a.size(); i-- > 0;) {
            const std::int64_t s = std::int64_t(a[i]) + (subtract ? -std::int64_t(b[i]) : std::int64_t(b[i])) + carry;
            a[i] = static_cast<std::uint32_t>(s);
            carry = s >> 32;
        }
    };
    const auto arctan_of_inverse = [&](std::uint32_t n, std::uint32_t times) {
        Words power(size), sum(size);
        power[0] = times;
        power = divided(power, n);
        for (std::uint32_t k = 1; k < 1100; k += 2) {
            add(sum, divided(power, k), k % 4 == 3);
            power = divided(power, n * n);
        }
        return sum;
    };
    Words half_pi = arctan_of_inverse(5, 8);
    add(half_pi, arctan_of_inverse(239, 2), true);
    // The product of the two, to all places that are computed, is 1 from below.
    Words product(size);
    for (std::size_t i = 0; i < tables::two_over_pi.size(); ++i) {
        Words shifted(size);
        std::uint64_t carry = 0;
        for (std::size_t j = size - i - 1; j-- > 0;) {
            const std::uint64_t value = std::uint64_t(half_pi[j]) * tables::two_over_pi[i] + carry;
            shifted[j + i + 1] = static_cast<std::uint32_t>(value);
            carry = value >> 32;
        }
        shifted[i] = static_cast<std::uint32_t>(carry);
        add(product, shifted, false);
    }
    CHECK(product[0] == 0);
    for (std::size_t i = 1; i < tables::two_over_pi.size(); ++i) CHECK(product[i] == 0xffffffffu);
}
