// Ten million binary32 numbers, and those that are known to be hard.
#include <cmath>

#include "catch.hpp"
#include "elementary_oracle.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/round.hpp"
#include "support.hpp"

using namespace halfstep;

TEST_CASE("expm1, log1p, sigmoid, erf, sine, cosine and reciprocal square root of ten million binary32 numbers") {
    std::mt19937 random(12);
    const int each = 1'430'000;  // seven functions
    for (const oracle::ElementaryFunction& f : oracle::elementary_functions()) {
        const std::string name = f.name;
        double worst = 0.0, at = 0.0;
        for (int i = 0; i < each; ++i) {
            float x = from_bits<float>(static_cast<std::uint32_t>(random()));
            // Half of them where the function is neither 0 nor 1 nor infinite.
            if (i % 2 == 0) x = static_cast<float>(std::ldexp(double(random()) - 0x1p31, -31 + int(random() % 8)));
            if (name == "log1p" || name == "rsqrt") x = std::fabs(x);
            if (!std::isfinite(x) || x == 0.0f) continue;
            const float y = static_cast<float>(f.to_odd(static_cast<double>(x)));
            if (!std::isfinite(y) || std::fabs(y) < 0x1p-126f) continue;
            const double error = f.error_ulps(static_cast<double>(x), static_cast<double>(y));
            if (error > worst) worst = error, at = static_cast<double>(x);
        }
        INFO(name << " at " << at);
        CHECK(worst <= 0.501);
        CHECK(worst > 0.49);
    }
}

TEST_CASE("sine and cosine of the hardest binary32 arguments are right") {
    // Nearest to multiples of pi/2: Kahan's largest cancellation in binary32 and its neighbours in other binades.
    for (const float x : {0x1.ddebdep120f, 0x1.f6a7a2p77f, 0x1.4555b6p1f, 0x1.921fb6p1f, 0x1.921fb6p0f, 0x1.fffffep127f,
                          0x1.47d0fep34f, 0x1.33333p13f, 0x1.0088bcp52f})
        for (const oracle::ElementaryFunction& f : oracle::elementary_functions()) {
            if (std::string(f.name) != "sin" && std::string(f.name) != "cos") continue;
            const float y = static_cast<float>(f.to_odd(static_cast<double>(x)));
            CHECK(f.error_ulps(static_cast<double>(x), static_cast<double>(y)) <= 0.501);
        }
}
