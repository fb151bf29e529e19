#include "halfstep/report/decimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace halfstep;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Value>
std::vector<Point> thinned(std::int64_t steps, Value value, Buckets buckets = {50, 30}) {
    Decimator decimator(steps - 1, buckets);
    for (std::int64_t step = 0; step < steps; ++step) decimator.add({step, value(step)});
    return decimator.points();
}

bool keeps(const std::vector<Point>& points, std::int64_t step) {
    return std::any_of(points.begin(), points.end(), [&](Point point) { return point.step == step; });
}

}  // namespace

TEST_CASE("a short series is kept whole") {
    const auto points = thinned(40, [](std::int64_t step) { return std::sin(step); });
    REQUIRE(points.size() == 40);
    for (std::size_t i = 0; i < 40; ++i) CHECK(points[i].step == static_cast<std::int64_t>(i));
}

TEST_CASE("a long series is bounded by its buckets, ascending, with its first and last point") {
    const auto points = thinned(100000, [](std::int64_t step) { return std::sin(0.1 * step); });
    CHECK(points.size() <= 2 * (50 + 30) + 2);
    CHECK(points.front().step == 0);
    CHECK(points.back().step == 99999);
    CHECK(std::is_sorted(points.begin(), points.end(), [](Point a, Point b) { return a.step < b.step; }));
}

TEST_CASE("a spike of a single step survives, upwards and downwards") {
    for (const double spike : {1e6, -1e6}) {
        for (const std::int64_t at : {1, 777, 50000, 99998}) {
            const auto points = thinned(100000, [&](std::int64_t step) { return step == at ? spike : 1.0; });
            CHECK(keeps(points, at));
        }
    }
}

TEST_CASE("the first steps stay apart for the logarithmic axis") {
    const auto points = thinned(100000, [](std::int64_t step) { return 1.0 / (1 + step); });
    for (std::int64_t step = 0; step < 6; ++step) CHECK(keeps(points, step));
}

TEST_CASE("a single step without a finite value survives as a gap") {
    for (const double value : {infinity, -infinity, infinity - infinity}) {
        const auto points = thinned(100000, [&](std::int64_t step) { return step == 4321 ? value : 1.0; });
        CHECK(keeps(points, 4321));
    }
}

TEST_CASE("the onset of NaN is kept exactly") {
    const auto points = thinned(100000, [](std::int64_t step) { return step < 4321 ? 1.0 : infinity - infinity; });
    const auto first = std::find_if(points.begin(), points.end(), [](Point point) { return std::isnan(point.value); });
    REQUIRE(first != points.end());
    CHECK(first->step == 4321);
}

TEST_CASE("a curve's facts are of the whole series") {
    CurveFacts facts;
    const double values[] = {3, infinity, 0, -2, 5, infinity - infinity, infinity};
    for (int step = 0; step < 7; ++step) facts.add({step, values[step]});
    CHECK(facts.count == 7);
    CHECK(facts.smallest->step == 3);
    CHECK(facts.largest->step == 4);
    CHECK(facts.first_not_finite->step == 1);
    CHECK(facts.not_finite == 3);
    CHECK(facts.ends_not_finite);
    CHECK(facts.not_finite_since == 5);
    CHECK(facts.first_not_positive->step == 2);
    CHECK(facts.not_positive == 2);
}
