// Array functions against the scalar path, element by element.
#include "halfstep/format/arrays.hpp"

#include <cmath>
#include <stdexcept>

#include "catch.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/format/stochastic.hpp"
#include "support.hpp"

using namespace halfstep;

TEST_CASE("every array function gives the scalar path's results, in every mode") {
    std::mt19937_64 random(2);
    for (const char* name :
         {"fp32", "tf32", "bf16", "fp16", "fp8_e5m2", "fp8_e4m3", "fp8_e4m3fnuz", "fp6_e2m3", "q3.4"})
        for (const RoundingModeName& mode : deterministic_rounding_modes())
            for (const Subnormals inputs : {Subnormals::keep, Subnormals::flush}) {
                Rounding rounding = rounding_to(name);
                rounding.mode = mode.mode;
                rounding.subnormal_inputs = inputs;
                ScalarArithmetic s(rounding);
                const Format& f = rounding.format;
                const std::size_t n = 700;
                std::vector<float> x(n), a(n), b(n), c(n), y(n);
                std::vector<double> wide(n);
                for (std::size_t i = 0; i < n; ++i) {
                    const int low = f.emin - f.precision, range = f.emax + 2 - low;
                    const auto draw = [&] {
                        const double m = double(random() % (std::uint64_t(1) << (1 + random() % 24)));
                        return std::ldexp(random() % 2 ? m : -m, low + int(random() % unsigned(range)) - 10);
                    };
                    x[i] = static_cast<float>(draw());
                    wide[i] = draw() * (1.0 + 0x1p-40);
                }
                support::Mismatches wrong;
                const auto check = [&](const char* what, std::size_t i, double wanted) {
                    wrong.expect(static_cast<double>(y[i]), wanted, std::string(name) + " " + what, {double(x[i])});
                };
                round(rounding, x, y);
                for (std::size_t i = 0; i < n; ++i) check("round", i, s.convert(double(x[i])));
                round(rounding, std::span<const double>(wide), y);
                for (std::size_t i = 0; i < n; ++i) check("round from binary64", i, s.convert(wide[i]));
                round(rounding, x, a);
                b.assign(a.rbegin(), a.rend());
                c = a;
                c[0] = -0.0f;
                if (!f.negative_zero) c[0] = 0.0f;
                for (std::size_t i = 0; i < n; i += 9) b[i] = i % 2 ? a[i] : -a[i];  // cancellations
                if (f.twos_complement)
                    for (float& v : b) v = std::fmax(v, -float(f.max_finite));
                add(rounding, a, b, y);
                for (std::size_t i = 0; i < n; ++i) check("add", i, s.add(double(a[i]), double(b[i])));
                sub(rounding, a, b, y);
                for (std::size_t i = 0; i < n; ++i) check("sub", i, s.sub(double(a[i]), double(b[i])));
                mul(rounding, a, b, y);
                for (std::size_t i = 0; i < n; ++i) check("mul", i, s.mul(double(a[i]), double(b[i])));
                div(rounding, a, b, y);
                for (std::size_t i = 0; i < n; ++i) check("div", i, s.div(double(a[i]), double(b[i])));
                fma(rounding, a, b, c, y);
                for (std::size_t i = 0; i < n; ++i) check("fma", i, s.fma(double(a[i]), double(b[i]), double(c[i])));
                sqrt(rounding, a, y);
                for (std::size_t i = 0; i < n; ++i) check("sqrt", i, s.sqrt(double(a[i])));
                INFO(name << ", " << mode.name);
                REQUIRE(wrong.text() == "");
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
