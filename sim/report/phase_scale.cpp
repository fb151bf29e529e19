#include "phase_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace halfstep {

double middle(AxisScale kind, double a, double b) {
    return kind == AxisScale::logarithmic ? std::sqrt(a) * std::sqrt(b) : (a + b) / 2;
}

double median(std::vector<double> values) {
    std::erase_if(values, [](double v) { return std::isnan(v); });
    if (values.empty()) return NAN;
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

PhaseScale phase_scale(const SweepKey& key) {
    PhaseScale scale{key.scale, key.key, {}, {}, {}, {}};
    std::set<double> places;
    bool positive = true;
    for (const SweepValue& value : key.values) {
        scale.at.push_back(value.position);
        places.insert(value.position);
        positive = positive && value.position > 0;
    }
    const std::size_t n = scale.at.size();
    if (places.size() < n || (scale.kind == AxisScale::logarithmic && !positive)) scale.kind = AxisScale::named;
    if (scale.kind == AxisScale::named) std::iota(scale.at.begin(), scale.at.end(), 0.0);
    scale.order.resize(n);
    std::iota(scale.order.begin(), scale.order.end(), std::size_t{0});
    std::sort(scale.order.begin(), scale.order.end(),
              [&](std::size_t a, std::size_t b) { return scale.at[a] < scale.at[b]; });
    scale.low.resize(n);
    scale.high.resize(n);
    const bool log = scale.kind == AxisScale::logarithmic;
    for (std::size_t k = 0; k < n; ++k) {
        const double x = scale.at[scale.order[k]];
        const auto mirrored = [&](double edge) { return log ? x * (x / edge) : 2 * x - edge; };
        const double before = k > 0 ? middle(scale.kind, scale.at[scale.order[k - 1]], x) : NAN,
                     after = k + 1 < n ? middle(scale.kind, x, scale.at[scale.order[k + 1]]) : NAN;
        const double alone = log ? x * 2 : x + 0.5;
        scale.high[scale.order[k]] = !std::isnan(after) ? after : !std::isnan(before) ? mirrored(before) : alone;
        scale.low[scale.order[k]] = !std::isnan(before) ? before : mirrored(scale.high[scale.order[k]]);
    }
    return scale;
}

}  // namespace halfstep
