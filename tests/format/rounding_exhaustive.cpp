// Every binary32 number, rounded to fp16, bf16 and tf32 in both carriers.
#include <vector>

#include "catch.hpp"
#include "oracle.hpp"
#include "shift_oracle.hpp"
#include "support.hpp"

#ifdef __F16C__
#include <immintrin.h>
#endif

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

template <class Wanted, class Got>
Outcome compare_all(Wanted wanted, Got got) {
    Outcome outcome;
    std::vector<std::uint32_t> differs(block);
    for (std::uint64_t start = 0; start < (std::uint64_t{1} << 32); start += block) {
        const auto base = static_cast<std::uint32_t>(start);
        std::uint32_t any = 0;
        for (std::uint32_t i = 0; i < block; ++i) {
            differs[i] = canonical(wanted(base + i)) ^ canonical(got(base + i));
            any |= differs[i];
        }
        for (std::uint32_t i = 0; any != 0 && i < block; ++i) {
            if (differs[i] != 0 && outcome.wrong++ == 0) outcome.first = base + i;
        }
    }
    return outcome;
}

template <class Kernel>
void check_all_binary32(const Rounding& rounding, Kernel kernel) {
    const oracle::ShiftRounding shift(rounding);
    const RoundMagic<double> in_binary64{RoundingConstants<double>(rounding)};
    const auto wanted = [shift](std::uint32_t bits) {
        const auto magnitude = static_cast<float>(shift.magnitude(bits));
        const bool is_nan = (bits & ~sign_bit) > 0x7f800000u;
        return is_nan ? from_bits<float>(bits) : from_bits<float>(to_bits(magnitude) | (bits & sign_bit));
    };
    const Outcome in_float =
        compare_all(wanted, [kernel](std::uint32_t bits) { return kernel(from_bits<float>(bits)); });
    const Outcome in_double = compare_all(wanted, [in_binary64](std::uint32_t bits) {
        return static_cast<float>(in_binary64(static_cast<double>(from_bits<float>(bits))));
    });
    INFO(support::describe(rounding) << ", first differing input: " << std::hex << in_float.first << " in binary32, "
                                     << in_double.first << " in binary64");
    CHECK(in_float.wrong == 0);
    CHECK(in_double.wrong == 0);
}

RoundMagic<float> magic(const Rounding& rounding) {
    REQUIRE(choose_kernel<float>(rounding) == KernelForm::magic);
    return RoundMagic<float>(RoundingConstants<float>(rounding));
}
RoundMask<float> mask(const Rounding& rounding) {
    REQUIRE(choose_kernel<float>(rounding) == KernelForm::mask);
    return RoundMask<float>(RoundingConstants<float>(rounding));
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

TEST_CASE("all binary32 numbers are rounded to fp16 as the oracle says") {
    check_all_binary32(rounding_to("fp16"), magic(rounding_to("fp16")));
}

TEST_CASE("all binary32 numbers are rounded to bf16 as the oracle says") {
    check_all_binary32(rounding_to("bf16"), mask(rounding_to("bf16")));
}

TEST_CASE("all binary32 numbers are rounded to tf32 as the oracle says") {
    check_all_binary32(rounding_to("tf32"), mask(rounding_to("tf32")));
}

TEST_CASE("all binary32 numbers are rounded to fp16 and bf16 without subnormals as the oracle says") {
    check_all_binary32(flushing("fp16"), magic(flushing("fp16")));
    check_all_binary32(flushing("bf16"), mask(flushing("bf16")));
}

#ifdef __F16C__
TEST_CASE("all binary32 numbers are rounded to fp16 as the processor's vcvtps2ph does") {
    const RoundMagic<float> round = magic(rounding_to("fp16"));
    std::uint64_t wrong = 0;
    std::vector<float> mine(block), processor(block);
    for (std::uint64_t start = 0; start < (std::uint64_t{1} << 32); start += block) {
        const auto base = static_cast<std::uint32_t>(start);
        for (std::uint32_t i = 0; i < block; ++i) mine[i] = round(from_bits<float>(base + i));
        for (std::uint32_t i = 0; i < block; i += 4) {
            const __m128i bits = _mm_add_epi32(_mm_set1_epi32(static_cast<int>(base + i)), _mm_setr_epi32(0, 1, 2, 3));
            const __m128i half = _mm_cvtps_ph(_mm_castsi128_ps(bits), _MM_FROUND_TO_NEAREST_INT);
            _mm_storeu_ps(&processor[i], _mm_cvtph_ps(half));
        }
        for (std::uint32_t i = 0; i < block; ++i) wrong += canonical(mine[i]) != canonical(processor[i]) ? 1u : 0u;
    }
    CHECK(wrong == 0);
}
#endif
