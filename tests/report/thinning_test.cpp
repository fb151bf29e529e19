// Properties of thinning over random series: nothing that happened may vanish.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "catch.hpp"
#include "halfstep/report/decimate.hpp"

using namespace halfstep;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Spikes, stretches without a finite value, plateaus, gaps in the recorded steps.
std::vector<Point> random_series(std::mt19937_64& random, std::int64_t last_step) {
    std::vector<Point> points;
    std::uniform_real_distribution<double> uniform(0, 1);
    double value = 1;
    int not_finite = 0;
    const std::int64_t cadence = 1 + static_cast<std::int64_t>(uniform(random) * 5);
    for (std::int64_t step = 0; step <= last_step; step += cadence) {
        value *= std::exp(0.1 * (uniform(random) - 0.5));
        if (uniform(random) < 0.0005) not_finite = 1 + static_cast<int>(uniform(random) * 300);
        Point point{step, uniform(random) < 0.001 ? -1e6 * value : uniform(random) < 0.001 ? 1e9 * value : value};
        if (not_finite > 0) {
            --not_finite;
            const double kind = uniform(random);
            point.value = kind < 0.4 ? infinity - infinity : kind < 0.7 ? infinity : -infinity;
        }
        points.push_back(point);
    }
    return points;
}

std::vector<Point> thin(const std::vector<Point>& points, std::int64_t last_step, Buckets buckets,
                        const std::vector<std::int64_t>& marked) {
    Decimator decimator(last_step, buckets, marked);
    for (const Point& point : points) decimator.add(point);
    return decimator.points();
}

// What a pixel column, on a linear or a logarithmic axis, has to show.
struct Column {
    double smallest = infinity, largest = -infinity;
    bool infinite = false, nan = false;
    bool operator==(const Column&) const = default;
};

std::vector<Column> columns_of(const std::vector<Point>& points, std::int64_t last_step, int count, bool logarithmic) {
    std::vector<Column> columns(static_cast<std::size_t>(count));
    const auto end = static_cast<double>(last_step) + 1;
    for (const Point& point : points) {
        const auto step = static_cast<double>(point.step);
        const double at = logarithmic ? std::log1p(step) / std::log1p(end) : step / end;
        Column& column = columns[static_cast<std::size_t>(at * count)];
        if (std::isnan(point.value)) {
            column.nan = true;
        } else if (std::isinf(point.value)) {
            column.infinite = true;
        } else {
            column.smallest = std::min(column.smallest, point.value);
            column.largest = std::max(column.largest, point.value);
        }
    }
    return columns;
}

const Point* first_nan(const std::vector<Point>& points) {
    const auto found = std::find_if(points.begin(), points.end(), [](Point p) { return std::isnan(p.value); });
    return found == points.end() ? nullptr : &*found;
}

void check_nothing_vanished(const std::vector<Point>& all, const std::vector<Point>& kept, std::int64_t last_step,
                            Buckets buckets, const std::vector<std::int64_t>& marked) {
    CHECK(columns_of(all, last_step, buckets.linear, false) == columns_of(kept, last_step, buckets.linear, false));
    CHECK(columns_of(all, last_step, buckets.logarithmic, true) ==
          columns_of(kept, last_step, buckets.logarithmic, true));
    if (const Point* nan = first_nan(all)) CHECK(first_nan(kept)->step == nan->step);

    std::set<std::int64_t> kept_steps;
    for (const Point& point : kept) kept_steps.insert(point.step);
    CHECK(kept_steps.size() == kept.size());
    for (const std::int64_t step : marked) {
        const auto from = std::find_if(all.begin(), all.end(), [&](Point p) { return p.step >= step; });
        if (from != all.end()) CHECK(kept_steps.contains(from->step));
        const bool recorded = from != all.end() && from->step == step;
        if (!recorded && from != all.begin()) CHECK(kept_steps.contains(std::prev(from)->step));
    }
}

}  // namespace

TEST_CASE("every column keeps its extremes, its first NaN and infinity, and every event its step") {
    std::mt19937_64 random(1);
    for (int trial = 0; trial < 60; ++trial) {
        const std::int64_t last_step = 50 + static_cast<std::int64_t>(random() % 20000);
        const Buckets buckets{20 + static_cast<int>(random() % 400), 20 + static_cast<int>(random() % 200)};
        const std::vector<Point> all = random_series(random, last_step);
        std::vector<std::int64_t> marked;
        for (int i = 0; i < 7; ++i)
            marked.push_back(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(last_step + 1)));
        check_nothing_vanished(all, thin(all, last_step, buckets, marked), last_step, buckets, marked);
    }
}

TEST_CASE("thinning what was thinned loses no more than thinning once") {
    std::mt19937_64 random(2);
    for (int trial = 0; trial < 30; ++trial) {
        const std::int64_t last_step = 5000 + static_cast<std::int64_t>(random() % 5000);
        const Buckets fine{320, 120}, coarse{160, 60};  // a coarse column is two fine ones
        const std::vector<Point> all = random_series(random, last_step);
        const std::vector<std::int64_t> marked = {7, last_step / 2, last_step};
        const std::vector<Point> twice = thin(thin(all, last_step, fine, marked), last_step, coarse, marked);
        check_nothing_vanished(all, twice, last_step, coarse, {});
        CHECK(twice.size() <= thin(all, last_step, fine, marked).size());
    }
}

TEST_CASE("how many points are kept does not depend on how many there were") {
    std::mt19937_64 random(3);
    for (const std::int64_t last_step : {10'000, 100'000}) {
        const std::vector<Point> all = random_series(random, last_step);
        CHECK(thin(all, last_step, {100, 50}, {}).size() <= 4 * (100 + 50) + 2);
    }
}
