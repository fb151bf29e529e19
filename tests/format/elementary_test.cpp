#include "halfstep/format/elementary.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;
using support::Mismatches;
using support::same;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

struct Function {
    const char* name;
    double (*value)(double);
    void (*array)(const double*, double*, int);
    double (*error_ulps)(double, double);
    double (*rounded)(const Rounding&, double);
    // One ulp from the odd bit, and what the value had before it: 1.009, 1.001 and 1.042 were measured
    // with 1e5 points an interval.
    double bound_ulps;
};
const Function functions[] = {
    {"exp", exp_to_odd, exp_to_odd, oracle::exp_error_ulps, oracle::exp, 1.02},
    {"log", log_to_odd, log_to_odd, oracle::log_error_ulps, oracle::log, 1.01},
    {"tanh", tanh_to_odd, tanh_to_odd, oracle::tanh_error_ulps, oracle::tanh, 1.06},
};

bool is_odd(double x) {
    return (to_bits(x) & 1u) == 1u;
}

// n points of [low, high], evenly spread in the logarithm of the magnitude when both share a sign.
std::vector<double> points(double low, double high, int n, std::mt19937_64& random) {
    std::vector<double> x;
    for (int i = 0; i < n; ++i) {
        const double u = static_cast<double>(random() >> 11) * 0x1p-53;
        const bool logarithmic = low * high > 0.0 && i % 2 == 0;
        x.push_back(logarithmic ? low * std::pow(high / low, u) : low + u * (high - low));
    }
    return x;
}

}  // namespace

TEST_CASE("exact cases are exact and the ends of the range are right") {
    CHECK(exp_to_odd(0.0) == 1.0);
    CHECK(exp_to_odd(-0.0) == 1.0);
    CHECK(exp_to_odd(infinity) == infinity);
    CHECK(exp_to_odd(largest) == largest);
    CHECK(exp_to_odd(709.79) == largest);
    CHECK(exp_to_odd(709.78) < largest);
    CHECK(same(exp_to_odd(-infinity), 0.0));
    CHECK(exp_to_odd(-largest) == smallest);
    CHECK(exp_to_odd(-746.0) == smallest);
    CHECK(in_binary64(exp_to_odd(710.0)) == infinity);
    CHECK(same(in_binary64(exp_to_odd(-746.0)), 0.0));
    CHECK(exp_to_odd(-745.0) == smallest);
    CHECK(same(exp_to_odd(not_a_number), not_a_number));
    CHECK(same(log_to_odd(1.0), 0.0));
    CHECK(log_to_odd(0.0) == -infinity);
    CHECK(log_to_odd(-0.0) == -infinity);
    CHECK(log_to_odd(infinity) == infinity);
    CHECK(same(log_to_odd(-smallest), not_a_number));
    CHECK(same(log_to_odd(-infinity), not_a_number));
    CHECK(same(log_to_odd(not_a_number), not_a_number));
    CHECK(same(tanh_to_odd(0.0), 0.0));
    CHECK(same(tanh_to_odd(-0.0), -0.0));
    CHECK(tanh_to_odd(infinity) == 1.0);
    CHECK(tanh_to_odd(-infinity) == -1.0);
    CHECK(same(tanh_to_odd(not_a_number), not_a_number));
}

TEST_CASE("inexact results beside an exact one lie on the right side of it") {
    for (const double tiny : {smallest, 0x1p-1022, 0x1p-500, 0x1p-80, 0x1p-54}) {
        CAPTURE(tiny);
        CHECK(exp_to_odd(tiny) == 1.0 + 0x1p-52);
        CHECK(exp_to_odd(-tiny) == 1.0 - 0x1p-53);
        CHECK(is_odd(tanh_to_odd(tiny)));
    }
    for (const double even : {2 * smallest, 0x1p-1022, 0x1p-360, 0x1p-340, 0x1p-100, 0x1p-30}) {
        CAPTURE(even);
        CHECK(tanh_to_odd(even) == std::nextafter(even, 0.0));
        CHECK(tanh_to_odd(-even) == -std::nextafter(even, 0.0));
    }
    for (const double large : {19.1, 19.4999, 19.5, 20.0, 1e3, largest}) {
        CAPTURE(large);
        CHECK(tanh_to_odd(large) == 1.0 - 0x1p-53);
        CHECK(tanh_to_odd(-large) == -1.0 + 0x1p-53);
    }
    CHECK(log_to_odd(1.0 + 0x1p-52) == std::nextafter(0x1p-52, 0.0));
    CHECK(is_odd(log_to_odd(1.0 - 0x1p-53)));
    CHECK(log_to_odd(1.0 - 0x1p-53) < -0x1p-53);
}

TEST_CASE("errors stay below 1.06 ulp, relative also near the zeros, and inexact results are odd") {
    struct Interval {
        int function;
        double low, high;
    };
    const Interval intervals[] = {{0, -745.0, -708.0},
                                  {0, -708.0, 709.7},
                                  {0, -1.0, 1.0},
                                  {0, 1e-300, 1e-3},
                                  {0, -1e-300, -1e-3},
                                  {1, smallest, 0x1p-1022},
                                  {1, 1e-150, 1e150},
                                  {1, 1e150, 1e308},
                                  {1, 0.3, 3.0},
                                  {1, 0.98, 1.02},
                                  {1, 1 - 1e-7, 1 + 1e-7},
                                  {1, 1 + 0x1p-8, 1 + 0x1p-6},
                                  {1, 1 - 0x1p-7, 1 - 0x1p-9},
                                  {2, 1e-307, 1e-9},
                                  {2, 1e-9, 0.02},
                                  {2, 0.01, 0.1},
                                  {2, 0.1, 1.0},
                                  {2, 1.0, 6.0},
                                  {2, 6.0, 22.0},
                                  {2, -22.0, -1e-5}};
    std::mt19937_64 random(3);
    for (const Interval& interval : intervals) {
        const Function& f = functions[interval.function];
        CAPTURE(f.name, interval.low, interval.high);
        double worst = 0.0, worst_at = 0.0;
        bool all_odd = true;
        for (const double x : points(interval.low, interval.high, 4000, random)) {
            if (x == 1.0 || x == 0.0) continue;
            const double y = f.value(x);
            all_odd = all_odd && is_odd(y);
            const double error = f.error_ulps(x, y);
            if (!(error <= worst)) worst = error, worst_at = x;
        }
        CAPTURE(worst_at);
        const bool subnormal_results = interval.function == 0 && interval.high < -700.0;
        CHECK(worst < (subnormal_results ? 2.0 : f.bound_ulps));
        CHECK(all_odd);
    }
}

TEST_CASE("tanh is odd, and all three functions are monotone, as near as the odd bit allows") {
    std::mt19937_64 random(4);
    for (const double x : points(-20.0, 20.0, 5000, random)) CHECK(same(tanh_to_odd(-x), -tanh_to_odd(x)));
    for (const Function& f : functions) {
        CAPTURE(f.name);
        std::vector<double> x = points(1e-3, 19.0, 20000, random);
        std::sort(x.begin(), x.end());
        bool monotone = true;
        for (std::size_t i = 1; i < x.size(); ++i) {
            const double before = f.value(x[i - 1]), here = f.value(x[i]);
            monotone = monotone && here >= before - 2 * std::ldexp(1.0, std::ilogb(here) - 52);
        }
        CHECK(monotone);
    }
}

TEST_CASE("array forms give the bits of the scalar forms at every length, in place too") {
    std::mt19937_64 random(5);
    std::vector<double> x{0.0,     -0.0,     1.0,  -1.0,   infinity, -infinity, not_a_number, smallest,     -smallest,
                          largest, -largest, 19.5, -745.2, 709.8,    0x1p-1022, 0x1p-1030,    1.0 + 0x1p-52};
    for (int i = 0; i < 300; ++i) x.push_back(from_bits<double>(random()));
    for (const double more : points(-30.0, 30.0, 300, random)) x.push_back(more);
    for (const Function& f : functions) {
        CAPTURE(f.name);
        Mismatches mismatches;
        for (int n = 0; n <= static_cast<int>(x.size()); n += n < 40 ? 1 : 97) {
            std::vector<double> y(x.size(), 7.0), in_place = x;
            f.array(x.data(), y.data(), n);
            f.array(in_place.data(), in_place.data(), n);
            for (std::size_t i = 0; i < x.size(); ++i) {
                const bool within = i < static_cast<std::size_t>(n);
                mismatches.expect(y[i], within ? f.value(x[i]) : 7.0, "array", {x[i]});
                mismatches.expect(in_place[i], within ? f.value(x[i]) : x[i], "in place", {x[i]});
            }
        }
        CHECK(mismatches.text() == "");
    }
}

TEST_CASE("one rounding of the returned value is correct for every fp16 and every bf16 argument") {
    for (const char* name : {"fp16", "bf16"}) {
        const Rounding rounding = rounding_to(name);
        std::vector<double> arguments = support::values_of(rounding);
        REQUIRE(arguments.size() > 30000);
        for (std::size_t i = 0, n = arguments.size(); i < n; ++i) arguments.push_back(-arguments[i]);
        arguments.push_back(not_a_number);
        for (const Function& f : functions) {
            Mismatches mismatches;
            for (const double x : arguments)
                mismatches.expect(round_to(rounding, f.value(x)), f.rounded(rounding, x), f.name, {x});
            INFO(name);
            CHECK(mismatches.text() == "");
        }
    }
}

TEST_CASE("one rounding to fp32 is correct for binary32 arguments") {
    const Rounding fp32 = rounding_to("fp32");
    std::mt19937_64 random(6);
    for (const Function& f : functions) {
        Mismatches mismatches;
        for (int i = 0; i < 20000; ++i) {
            const auto bits = static_cast<std::uint32_t>(random());
            const double x = from_bits<float>(i % 2 == 0 ? bits : 0x38000000u + bits % 0x0a000000u);
            mismatches.expect(round_to(fp32, f.value(x)), f.rounded(fp32, x), f.name, {x});
        }
        CHECK(mismatches.text() == "");
    }
}

TEST_CASE("sine and cosine of a turn are good to 1.6 ulp and exact at quarters") {
    const double quarters[][3] = {{0.0, 0.0, 1.0}, {0.25, 1.0, 0.0}, {0.5, 0.0, -1.0}, {0.75, -1.0, 0.0}};
    for (const auto& [turns, sine, cosine] : quarters) {
        CHECK(sincos_turns(turns).sin == sine);
        CHECK(sincos_turns(turns).cos == cosine);
    }
    std::mt19937_64 random(7);
    double worst = 0.0;
    for (int i = 0; i < 20000; ++i) {
        const double turns = static_cast<double>(random() >> 11) * (i % 4 == 0 ? 0x1p-73 : 0x1p-53);
        const SinCos y = sincos_turns(turns);
        worst = std::max({worst, oracle::sine_error_ulps(turns, y.sin), oracle::cosine_error_ulps(turns, y.cos)});
        REQUIRE(std::fabs(y.sin * y.sin + y.cos * y.cos - 1.0) < 0x1p-50);
    }
    CHECK(worst < 1.6);
    const SinCos last = sincos_turns(1.0 - 0x1p-53);
    CHECK(oracle::sine_error_ulps(1.0 - 0x1p-53, last.sin) < 1.6);
    CHECK(last.cos == 1.0);
}
