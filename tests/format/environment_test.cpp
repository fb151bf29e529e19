// A caller's rounding mode and flushing change no bit, and stay the caller's.
#include "halfstep/format/environment.hpp"

#include <cfenv>
#include <cmath>
#include <functional>

#include "catch.hpp"
#include "halfstep/format/arrays.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/format/stochastic.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// What a caller may have set.
class Callers {
public:
    explicit Callers(int mode, bool flushes) {
        std::fegetenv(&before_);
        std::fesetround(mode);
#if defined(__SSE2__)
        if (flushes) _mm_setcsr(_mm_getcsr() | 0x8040u);
        set_ = _mm_getcsr() & ~0x3fu;
#else
        (void)flushes;
#endif
    }
    ~Callers() {
        std::fesetenv(&before_);
    }
    bool unchanged() const {
#if defined(__SSE2__)
        return (_mm_getcsr() & ~0x3fu) == set_;
#else
        return true;
#endif
    }

private:
    std::fenv_t before_;
    unsigned set_ = 0;
};

std::vector<double> results() {
    std::vector<double> out;
    Rounding fp16 = rounding_to("fp16"), up = rounding_to("bf16"), by_chance = fp16;
    up.mode = RoundingMode::toward_positive;
    by_chance.mode = RoundingMode::stochastic;
    std::vector<float> x, y, z;
    std::vector<double> wide;
    // Exact in any mode, and no subnormal binary32 number, which the copy to binary64 would flush.
    for (int i = 0; i < 300; ++i) {
        const auto v = static_cast<float>(std::ldexp(1.0 + i * 0x1p-9, i % 40 - 30));
        x.push_back(i % 3 ? v : -v);
        wide.push_back(std::ldexp(1.0 + i * 0x1.1111p-9, -(i % 50) * 2 - 10));
    }
    y = z = x;
    const auto keep = [&](const std::vector<float>& v) { out.insert(out.end(), v.begin(), v.end()); };
    for (const Rounding& r : {fp16, up, rounding_to("fp32"), rounding_to("q3.4"), rounding_to("mxfp8_e4m3")}) {
        round(r, x, y);
        keep(y);
        round(r, std::span<const double>(wide), z);
        keep(z);
        if (r.format.block > 0) continue;
        std::vector<float> a = y, b(y.rbegin(), y.rend());
        for (const auto f : {add, sub, mul, div}) f(r, a, b, z), keep(z);
        fma(r, a, b, a, z), keep(z);
        for (float& v : a) v = std::fabs(v);
        sqrt(r, a, z), keep(z);
    }
    const RandomBits bits(1, "e");
    round(by_chance, bits, {}, 0, x, y);
    keep(y);
    std::vector<double> d(wide.size());
    for (const auto f : {static_cast<void (*)(const double*, double*, int)>(exp_to_odd), log_to_odd, tanh_to_odd}) {
        f(wide.data(), d.data(), int(d.size()));
        out.insert(out.end(), d.begin(), d.end());
    }
    for (const auto f : {static_cast<double (*)(double)>(exp_to_odd), log_to_odd, tanh_to_odd, expm1_to_odd,
                         log1p_to_odd, sigmoid_to_odd, erf_to_odd, sin_to_odd, cos_to_odd, rsqrt_to_odd})
        for (const double v : wide) out.push_back(f(v));
    ScalarArithmetic scalar(up);
    for (std::size_t i = 0; i < wide.size(); ++i) {
        const double a = static_cast<double>(x[i]), b = static_cast<double>(x[x.size() - 1 - i]);
        for (const double r : {scalar.convert(wide[i]), scalar.add(a, b), scalar.sub(a, b), scalar.mul(a, b),
                               scalar.div(a, b), scalar.sqrt(std::fabs(a)), scalar.fma(a, b, a)})
            out.push_back(r);
        out.push_back(powi_to_odd(a, 3));
        out.push_back(round_to(fp16, wide[i]));
        out.push_back(RandomStream(3, "n").normal(1, 2, std::uint32_t(i)));
    }
    out.push_back(scalar.flags());
    return out;
}

}  // namespace

TEST_CASE("no entry point of the library depends on the caller's rounding mode or flushing, or changes them") {
    const std::vector<double> wanted = results();
    for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO})
        for (const bool flushes : {false, true}) {
            std::vector<double> found;
            bool unchanged = false;
            {
                const Callers callers(mode, flushes);
                found = results();
                unchanged = callers.unchanged();
            }
            CHECK(unchanged);
            REQUIRE(found.size() == wanted.size());
            long wrong = 0;
            for (std::size_t i = 0; i < found.size(); ++i) wrong += !support::same(found[i], wanted[i]);
            CHECK(wrong == 0);
        }
}
