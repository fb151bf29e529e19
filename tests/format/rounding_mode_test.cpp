// The array kernel's other rounding modes against the scalar path, which has no code in common with it.
#include "catch.hpp"
#include "halfstep/format/encoding.hpp"
#include "halfstep/format/scalar.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

const char* const formats[] = {"fp32",     "tf32",     "bf16", "fp16",  "fp8_e5m2", "fp8_e4m3",     "e2m1",
                               "e4m11",    "e8m1",     "e6m9", "q3.4",  "q0.7",     "fp8_e5m2fnuz", "fp8_e4m3fnuz",
                               "fp6_e2m3", "fp4_e2m1", "q8.8", "q16.7", "q0.1",     "q5.0"};

}  // namespace

TEST_CASE("in every mode the kernel rounds as the scalar path does, at every choice at the edges") {
    std::mt19937_64 random(7);
    for (const char* name : formats)
        for (const RoundingModeName& mode : deterministic_rounding_modes())
            for (const Overflow overflow : {Overflow::infinity, Overflow::saturate, Overflow::nan})
                for (const Subnormals subnormals : {Subnormals::keep, Subnormals::flush}) {
                    Rounding rounding = rounding_to(name);
                    rounding.overflow = overflow;
                    rounding.subnormals = subnormals;
                    rounding.mode = mode.mode;
                    const RoundMode kernel(rounding);
                    ScalarArithmetic scalar(rounding, mode.mode);
                    support::Mismatches mismatches;
                    const auto check = [&](double x) {
                        mismatches.expect(kernel(x), scalar.convert(x),
                                          std::string(name) + ", " + std::string(mode.name), {x});
                    };
                    const Format& f = rounding.format;
                    const double top = f.max_finite, unit = std::ldexp(1.0, f.emax - f.precision + 1);
                    for (const double edge :
                         {0.0, f.min_subnormal() / 2, f.min_subnormal(), 1.5 * f.min_subnormal(), f.min_normal(), top,
                          top + unit / 2, top + unit, 2 * top, 1e300, HUGE_VAL})
                        for (const double x : {edge, std::nextafter(edge, 0.0), std::nextafter(edge, HUGE_VAL)})
                            check(x), check(-x);
                    check(std::nan(""));
                    const int low = f.emin - f.precision - 2, range = f.emax + 3 - low;
                    for (int i = 0; i < 3000; ++i) {
                        // Few bits, so that ties come.
                        const double m = double(random() % (std::uint64_t(1) << (1 + random() % 28)));
                        check(std::ldexp(random() % 2 ? m : -m, low + int(random() % unsigned(range)) - 10));
                        check(from_bits<double>(random()));
                    }
                    INFO(mismatches.text());
                    REQUIRE(mismatches.text().empty());
                }
}

TEST_CASE("what a format holds is left alone in every mode") {
    for (const char* name : {"fp16", "fp8_e4m3", "fp8_e5m2", "fp8_e4m3fnuz", "fp8_e5m2fnuz", "fp6_e3m2", "fp6_e2m3",
                             "fp4_e2m1", "q3.4", "q0.7", "q7.8"})
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            Rounding rounding = rounding_to(name);
            rounding.mode = mode.mode;
            const RoundMode kernel(rounding);
            long wrong = 0;
            for (std::uint32_t bits = 0; bits < std::uint32_t(1) << width(rounding.format); ++bits) {
                const double x = decode(rounding.format, bits);
                wrong += !support::same(kernel(x), x);
            }
            CHECK(wrong == 0);
        }
}
