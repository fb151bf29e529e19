#include "time_columns.hpp"

#include <algorithm>
#include <cmath>

namespace halfstep {

void TracedSteps::add(std::int64_t step) {
    if (step == last_) return;
    last_ = step;
    ++count_;
    if (kept_.size() < most_kept) kept_.push_back(step);
}

std::vector<std::int64_t> TracedSteps::columns(std::size_t most) const {
    if (fit(most)) return kept_;
    std::vector<std::int64_t> columns;
    const std::size_t linear = std::max<std::size_t>(1, most * 2 / 3), logarithmic = std::max<std::size_t>(1, most / 3);
    const double end = static_cast<double>(last_) + 1;
    for (std::size_t i = 0; i < linear; ++i)
        columns.push_back(static_cast<std::int64_t>(end * static_cast<double>(i) / static_cast<double>(linear)));
    for (std::size_t i = 0; i < logarithmic; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(logarithmic);
        columns.push_back(static_cast<std::int64_t>(std::expm1(part * std::log1p(end))));
    }
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    return columns;
}

std::size_t column_of(const std::vector<std::int64_t>& columns, std::int64_t step) {
    const auto after = std::upper_bound(columns.begin(), columns.end(), step);
    return after == columns.begin() ? 0 : static_cast<std::size_t>(after - columns.begin()) - 1;
}

}  // namespace halfstep
