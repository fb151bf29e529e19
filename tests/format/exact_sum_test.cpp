#include "halfstep/format/exact_sum.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "halfstep/format/round_to_odd.hpp"
#include "oracle.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// Of a copy, which it may work in.
double exact_sum(std::vector<double> terms, const std::optional<RoundMode>& mode = std::nullopt) {
    return sum_to_odd(terms, mode);
}

}  // namespace

TEST_CASE("of two terms the exact sum is the sum rounded to odd") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const double a = std::ldexp(double(int(random() % 4096)) - 2048, int(random() % 160) - 80),
                     b = std::ldexp(double(int(random() % 4096)) - 2048, int(random() % 160) - 80);
        REQUIRE(support::same(exact_sum({a, b}), oracle::add_to_odd(a, b)));
    }
}

TEST_CASE("the order of the terms changes nothing, and what cancels leaves the rest") {
    std::mt19937_64 random(2);
    for (int i = 0; i < 20'000; ++i) {
        std::vector<double> terms;
        const int n = 2 + int(random() % 20);
        for (int k = 0; k < n; ++k)
            terms.push_back(std::ldexp(double(std::int64_t(random() >> 16)) - 0x1p47, int(random() % 200) - 100));
        const double small = std::ldexp(1.0, -300);
        const double first = exact_sum(terms);
        std::shuffle(terms.begin(), terms.end(), random);
        REQUIRE(support::same(exact_sum(terms), first));
        std::vector<double> cancelled = terms;
        for (const double t : terms) cancelled.push_back(-t);
        cancelled.push_back(small);
        std::shuffle(cancelled.begin(), cancelled.end(), random);
        REQUIRE(exact_sum(cancelled) == small);
    }
}

TEST_CASE("a term far below the last place decides the odd bit") {
    const std::vector<double> tie = {1.0, 0x1p-53, 0x1p-500}, below = {1.0, 0x1p-53, -0x1p-500};
    CHECK(exact_sum(tie) == 1.0 + 0x1p-52);
    CHECK(exact_sum(below) == 1.0 + 0x1p-52);  // odd as well: the neighbour above
    const std::vector<double> exact = {1.0, 0x1p-52, 0x1p-500, -0x1p-500};
    CHECK(exact_sum(exact) == 1.0 + 0x1p-52);
}

TEST_CASE("exact sums have infinities, NaN and signs of zero as sums do") {
    const std::vector<double> infinite = {HUGE_VAL, 1.0, 2.0}, invalid = {HUGE_VAL, -HUGE_VAL}, zeros = {-0.0, -0.0},
                              mixed = {0.0, -0.0}, gone = {1.0, 2.0, -3.0};
    CHECK(exact_sum(infinite) == HUGE_VAL);
    CHECK(std::isnan(exact_sum(invalid)));
    CHECK(std::signbit(exact_sum(zeros)));
    CHECK_FALSE(std::signbit(exact_sum(mixed)));
    CHECK_FALSE(std::signbit(exact_sum(gone)));
    Rounding down = rounding_to("fp16");
    down.mode = RoundingMode::toward_negative;
    CHECK(std::signbit(exact_sum(gone, RoundMode(down))));
    CHECK(std::signbit(exact_sum(mixed, RoundMode(down))));
}
