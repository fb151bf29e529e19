#include "halfstep/format/block.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/format/scalar.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// By the definition, one number at a time, in the scalar path's arithmetic.
std::vector<double> slowly(const Rounding& rounding, const std::vector<double>& x) {
    Rounding element = rounding;
    element.format.block = 0;
    element.overflow = Overflow::saturate;
    std::vector<double> y;
    for (std::size_t start = 0; start < x.size(); start += 32) {
        const std::size_t end = std::min(x.size(), start + 32);
        double largest = 0.0;
        bool broken = false;
        for (std::size_t i = start; i < end; ++i) {
            broken = broken || !std::isfinite(x[i]);
            if (std::isfinite(x[i])) largest = std::fmax(largest, std::fabs(x[i]));
        }
        int scale = -127;
        if (largest > 0) {
            int e = 0;
            std::frexp(largest, &e);
            scale = std::max(-127, std::min(127, e - 1 - rounding.format.emax));
        }
        for (std::size_t i = start; i < end; ++i) {
            ScalarArithmetic scalar(element);
            y.push_back(broken ? NAN : std::ldexp(scalar.convert(std::ldexp(x[i], -scale)), scale));
        }
    }
    return y;
}

}  // namespace

TEST_CASE("a block shares the power of two that brings its largest element into the top binade") {
    const RoundBlock mxfp4(rounding_to("mxfp4_e2m1"));
    const std::vector<double> x = {5.1, 0.3, -12.0, 1.0};
    CHECK(mxfp4.scale(x.data(), 4) == 2.0);  // 2^(3 - 2)
    std::vector<double> y(4);
    mxfp4(x.data(), y.data(), 4);
    CHECK(y == std::vector<double>{6.0, 0.0, -12.0, 1.0});  // 5.1/2 = 2.55 is nearer to 3 than to 2
}

TEST_CASE("elements beyond the largest saturate, zeros keep their sign, and one NaN spoils its block only") {
    const RoundBlock mxfp8(rounding_to("mxfp8_e4m3"));
    std::vector<double> x(64, 1.0), y(64);
    x[0] = 511.0;  // scale 1: 448 is the largest
    x[1] = -0.0;
    x[40] = HUGE_VAL;
    mxfp8(x.data(), y.data(), 64);
    CHECK(y[0] == 448.0);
    CHECK((y[1] == 0.0 && std::signbit(y[1])));
    CHECK(y[2] == 1.0);
    for (int i = 32; i < 64; ++i) CHECK(std::isnan(y[std::size_t(i)]));
}

TEST_CASE("in every block format and mode a block is what its definition gives, and rounding again changes nothing") {
    std::mt19937_64 random(9);
    for (const Format& f : named_formats()) {
        if (f.block == 0) continue;
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            INFO(f.name << ", " << mode.name);
            Rounding rounding = rounding_to(f.name);
            rounding.mode = mode.mode;
            const RoundBlock round(rounding);
            for (const int n : {1, 31, 32, 33, 100}) {
                const auto size = static_cast<std::size_t>(n);
                std::vector<double> x, y(size), again(size);
                const int spread = int(random() % 30) + 1, middle = int(random() % 170) - 100;
                for (int i = 0; i < n; ++i)
                    x.push_back(
                        std::ldexp(double(int(random() % 20001)) - 10000, int(random() % unsigned(spread)) + middle));
                round(x.data(), y.data(), n);
                const std::vector<double> wanted = slowly(rounding, x);
                for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(support::same(y[i], wanted[i]));
                round(y.data(), again.data(), n);
                for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(support::same(y[i], again[i]));
                for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(double(float(y[i])) == y[i]);
            }
        }
    }
}
