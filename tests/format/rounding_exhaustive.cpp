// Every binary32 number, rounded to fp16, bf16 and tf32, by the arrays' kernels and in binary64.
#include <vector>

#include "catch.hpp"
#include "halfstep/format/arrays.hpp"
#include "oracle.hpp"
#include "shift_oracle.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

constexpr std::uint32_t sign_bit = 0x80000000u;
constexpr std::uint32_t block = 1u << 14;

// The bits of x when it is a number, 7fc00000 for every NaN.
std::uint32_t canonical(float x) {
    return x != x ? 0x7fc00000u : to_bits(x);
}

// How many of the 2^32 inputs the kernel rounds differently from `wanted`, and the first of them.
struct Outcome {
    std::uint64_t wrong = 0;
    std::uint32_t first = 0;
};

// got(x, y) rounds a block of numbers.
template <class Wanted, class Got>
Outcome compare_all(Wanted wanted, Got got) {
    Outcome outcome;
    std::vector<float> x(block), y(block);
    std::vector<std::uint32_t> differs(block);
    for (std::uint64_t start = 0; start < (std::uint64_t{1} << 32); start += block) {
        const auto base = static_cast<std::uint32_t>(start);
        for (std::uint32_t i = 0; i < block; ++i) x[i] = from_bits<float>(base + i);
        got(x, y);
        std::uint32_t any = 0;
        for (std::uint32_t i = 0; i < block; ++i) {
            differs[i] = canonical(wanted(base + i)) ^ canonical(y[i]);
            any |= differs[i];
        }
        for (std::uint32_t i = 0; any != 0 && i < block; ++i) {
            if (differs[i] != 0 && outcome.wrong++ == 0) outcome.first = base + i;
        }
    }
    return outcome;
}

template <class Kernel>
auto one_by_one(const Kernel& kernel) {
    return [kernel]<class X>(const X& x, X& y) {
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<float>(kernel(x[i]));
    };
}

// What the oracle makes of a binary32 number, by its bits.
auto by_shifts(const Rounding& rounding) {
    return [shift = oracle::ShiftRounding(rounding)](std::uint32_t bits) {
        const auto magnitude = static_cast<float>(shift.magnitude(bits));
        const bool is_nan = (bits & ~sign_bit) > 0x7f800000u;
        return from_bits<float>(is_nan ? bits : to_bits(magnitude) | (bits & sign_bit));
    };
}

// As arrays, whose kernels differ by processor, and one by one in binary64.
void check_all_binary32(const Rounding& rounding) {
    const auto wanted = by_shifts(rounding);
    const Outcome arrays =
        compare_all(wanted, [&](const std::vector<float>& x, std::vector<float>& y) { round(rounding, x, y); });
    const RoundMagic<double> in_binary64{RoundingConstants<double>(rounding)};
    const Outcome wide = compare_all(wanted, one_by_one([in_binary64](double x) { return in_binary64(x); }));
    INFO(support::describe(rounding) << ", first differing input: " << std::hex << arrays.first << " of arrays, "
                                     << wide.first << " in binary64");
    CHECK(arrays.wrong == 0);
    CHECK(wide.wrong == 0);
}

Rounding flushing(const char* name) {
    return {find_format(name).value(), Overflow::infinity, Subnormals::flush};
}

}  // namespace

TEST_CASE("the shift oracle agrees with the slow oracle") {
    std::mt19937_64 random(17);
    support::Mismatches mismatches;
    for (const Format& format : support::all_formats()) {
        if (!format.has_infinity) continue;
        for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush}) {
            const Rounding rounding{format, Overflow::infinity, subnormals};
            const oracle::ShiftRounding shift(rounding);
            std::vector<float> inputs = support::edge_cases<float>(format);
            for (int i = 0; i < 2000; ++i) inputs.push_back(from_bits<float>(static_cast<std::uint32_t>(random())));
            for (const float x : inputs) {
                if (x != x) continue;
                const float magnitude = from_bits<float>(to_bits(x) & ~sign_bit);
                mismatches.expect(shift.magnitude(to_bits(x)), oracle::round(rounding, magnitude),
                                  support::describe(rounding), {static_cast<double>(magnitude)});
            }
        }
    }
    CHECK(mismatches.text() == "");
    CHECK(mismatches.checked() > 500000);
}

TEST_CASE("all binary32 numbers are rounded to fp16, bf16 and tf32 as the oracle says") {
    for (const char* name : {"fp16", "bf16", "tf32"}) check_all_binary32(rounding_to(name));
}

TEST_CASE("all binary32 numbers are rounded to fp16 and bf16 without subnormals as the oracle says") {
    for (const char* name : {"fp16", "bf16"}) check_all_binary32(flushing(name));
}

TEST_CASE("the form for fp16 that needs no F16C rounds all binary32 numbers as the oracle says") {
    const Rounding fp16 = rounding_to("fp16");
    REQUIRE(choose_kernel<float>(fp16) == KernelForm::magic);
    const RoundMagic<float> magic{RoundingConstants<float>(fp16)};
    const Outcome outcome = compare_all(by_shifts(fp16), one_by_one(magic));
    INFO("first differing input: " << std::hex << outcome.first);
    CHECK(outcome.wrong == 0);
}
