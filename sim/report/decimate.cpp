#include "halfstep/report/decimate.hpp"

#include <algorithm>
#include <cmath>

namespace halfstep {

Decimator::Decimator(std::int64_t last_step, Buckets buckets, std::vector<std::int64_t> marked)
    : last_step_(std::max<std::int64_t>(last_step, 1)), buckets_(buckets), marked_(std::move(marked)) {
    std::sort(marked_.begin(), marked_.end());
}

void Decimator::keep_marked(Point point) {
    while (next_marked_ < marked_.size() && marked_[next_marked_] <= point.step) {
        if (last_ && marked_[next_marked_] < point.step) kept_.push_back(*last_);
        kept_.push_back(point);
        ++next_marked_;
    }
}

void Decimator::add(Point point) {
    keep_marked(point);
    if (!first_) first_ = point;
    last_ = point;
    const auto step = static_cast<double>(std::clamp<std::int64_t>(point.step, 0, last_step_));
    const auto last = static_cast<double>(last_step_);
    put(linear_, static_cast<int>(step / (last + 1) * buckets_.linear), point);
    put(logarithmic_, static_cast<int>(std::log1p(step) / std::log1p(last + 1) * buckets_.logarithmic), point);
}

void Decimator::put(Bucket& bucket, int index, Point point) {
    if (index != bucket.index) {
        empty(bucket, kept_);
        bucket = {index, {}, {}, {}, {}};
    }
    if (!std::isfinite(point.value)) {
        std::optional<Point>& first = std::isnan(point.value) ? bucket.nan : bucket.infinite;
        if (!first) first = point;
        return;
    }
    if (!bucket.smallest || point.value < bucket.smallest->value) bucket.smallest = point;
    if (!bucket.largest || point.value > bucket.largest->value) bucket.largest = point;
}

void Decimator::empty(const Bucket& bucket, std::vector<Point>& out) const {
    for (const auto& point : {bucket.smallest, bucket.largest, bucket.infinite, bucket.nan})
        if (point) out.push_back(*point);
}

std::vector<Point> Decimator::points() const {
    std::vector<Point> points = kept_;
    empty(linear_, points);
    empty(logarithmic_, points);
    for (const auto& point : {first_, last_})
        if (point) points.push_back(*point);
    std::stable_sort(points.begin(), points.end(), [](Point a, Point b) { return a.step < b.step; });
    points.erase(std::unique(points.begin(), points.end(), [](Point a, Point b) { return a.step == b.step; }),
                 points.end());
    return points;
}

void CurveFacts::add(Point point) {
    ++count;
    if (!first) first = point;
    last = point;
    if (!std::isfinite(point.value)) {
        if (!first_not_finite) first_not_finite = point;
        if (!ends_not_finite) not_finite_since = point.step;
        ends_not_finite = true;
        ++not_finite;
        return;
    }
    ends_not_finite = false;
    if (!smallest || point.value < smallest->value) smallest = point;
    if (!largest || point.value > largest->value) largest = point;
    if (point.value <= 0) {
        if (!first_not_positive) first_not_positive = point;
        ++not_positive;
    }
}

}  // namespace halfstep
