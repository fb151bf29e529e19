// What the searches for boundaries found, in sentences.
#include <algorithm>
#include <cmath>

#include "halfstep/trace/number.hpp"
#include "phase_scale.hpp"
#include "phase_words.hpp"

namespace halfstep {
namespace {

std::string seeds_text(std::size_t count) {
    return count < 2 ? "" : ", median of " + std::to_string(count) + " seeds";
}

// The key of `at` that changes first along the rows; -1: none does.
int moving_key(const std::vector<const BoundaryRow*>& rows) {
    for (std::size_t key = 0; key < rows.front()->at.size(); ++key)
        for (const BoundaryRow* row : rows)
            if (row->at[key] != rows.front()->at[key]) return int(key);
    return -1;
}

std::string what(const BoundarySearch& search) {
    return std::string("the ") + (search.largest ? "largest " : "smallest ") + search.key.key + " at which ";
}

std::string holding(const BoundarySearch& search, const std::string& run) {
    if (search.holds == "trains") return run + " trains";
    return run + " is “" + search.holds + "”";
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = char(text[0] - 'a' + 'A');
    return text;
}

// Medians over the seeds at each value of a key, the other keys as in the first row.
std::vector<std::pair<std::string, double>> along(const std::vector<const BoundaryRow*>& rows, std::size_t key) {
    std::vector<std::pair<std::string, std::vector<double>>> found;
    for (const BoundaryRow* row : rows) {
        bool same = true;
        for (std::size_t k = 0; k < row->at.size(); ++k) same = same && (k == key || row->at[k] == rows.front()->at[k]);
        if (!same) continue;
        if (found.empty() || found.back().first != row->at[key]) found.push_back({row->at[key], {}});
        found.back().second.push_back(row->value);
    }
    std::vector<std::pair<std::string, double>> medians;
    for (auto& [text, values] : found)
        if (const double m = median(values); !std::isnan(m)) medians.emplace_back(text, m);
    return medians;
}

std::string of_curve(const Phase& phase, const BoundaryCurve& curve) {
    const BoundarySearch& search = *curve.search;
    const std::size_t seeds = search.seeds.size();
    std::vector<double> values;
    for (const BoundaryRow* row : curve.rows)
        if (!std::isnan(row->value)) values.push_back(row->value);
    if (values.empty()) return holding(search, curve.run) + " at no " + search.key.key + " that was tried.";
    const std::string start = capital(what(search)) + holding(search, curve.run);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low == *high) return start + " is " + rounded_text(*low, 3) + ".";
    const int key = moving_key(curve.rows);
    if (key < 0)
        return start + " is between " + rounded_text(*low, 3) + " and " + rounded_text(*high, 3) + ", by seed.";
    std::vector<std::string> names;
    for (const SweepAxis& axis : phase.sweep().axes)
        for (const SweepKey& one : axis.keys) names.push_back(one.key);
    bool others = false;
    for (const BoundaryRow* row : curve.rows)
        for (std::size_t k = 0; k < row->at.size(); ++k)
            others = others || (int(k) > key && row->at[k] != curve.rows.front()->at[k]);
    const auto points = along(curve.rows, std::size_t(key));
    if (others || points.size() < 2)
        return start + " lies between " + rounded_text(*low, 3) + " and " + rounded_text(*high, 3) + ".";
    const double first = points.front().second, last = points.back().second;
    const std::string& name = names[std::size_t(key)];
    const std::string from = rounded_text(first, 3) + " at " + name + " = " + points.front().first,
                      to = rounded_text(last, 3) + " at " + points.back().first;
    if (first == last)
        return start + " is " + from + " and the same at " + points.back().first + seeds_text(seeds) + ".";
    return start + (last < first ? " falls from " : " rises from ") + from + " to " + to + seeds_text(seeds) + ".";
}

std::string of_theory(const BoundaryCurve& curve) {
    double low = INFINITY, high = 0;
    for (const BoundaryRow* row : curve.rows) {
        const double ratio = row->value / row->theory;
        if (!std::isfinite(ratio)) continue;
        low = std::min(low, ratio);
        high = std::max(high, ratio);
    }
    if (!(low <= high)) return "";
    const std::string range =
        low == high ? rounded_text(low, 3) : rounded_text(low, 3) + " to " + rounded_text(high, 3);
    return "That is " + range + " times the theory, " + curve.search->theory + ".";
}

std::string not_monotone(const Phase& phase, const BoundaryCurve& curve) {
    constexpr std::size_t most = 3;
    std::string text;
    std::size_t count = 0;
    for (const BoundaryRow* row : curve.rows) {
        if (row->monotone) continue;
        if (++count > most) continue;
        const std::string point = point_text(phase.sweep(), row->at);
        text += (text.empty() ? "" : "; ") + std::string(point.empty() ? "" : "at " + point + " ");
        text += "it holds again at " + rounded_text(row->again_at, 3);
        if (curve.search->seeds.size() > 1) text += " (seed " + std::to_string(row->seed) + ")";
    }
    if (text.empty()) return "";
    if (count > most) text += "; and " + std::to_string(count - most) + " more searches likewise";
    return "Along " + curve.search->key.key + " “" + curve.search->holds + "” of " + curve.run +
           " does not end once and for all: " + text + ".";
}

}  // namespace

std::vector<BoundaryCurve> boundary_curves(const Phase& phase) {
    std::vector<BoundaryCurve> curves;
    for (const BoundarySearch& search : phase.sweep().boundaries)
        for (const BoundaryRow& row : phase.results.boundaries) {
            if (row.boundary != search.name) continue;
            auto curve = std::find_if(curves.begin(), curves.end(), [&](const BoundaryCurve& other) {
                return other.search == &search && other.run == row.run;
            });
            if (curve == curves.end()) curve = curves.insert(curve, {&search, row.run, {}});
            curve->rows.push_back(&row);
        }
    return curves;
}

std::vector<std::string> boundary_sentences(const Phase& phase) {
    std::vector<std::string> sentences;
    for (const BoundaryCurve& curve : boundary_curves(phase)) {
        std::string sentence = of_curve(phase, curve);
        const std::string theory = of_theory(curve), again = not_monotone(phase, curve);
        if (!theory.empty()) sentence += " " + theory;
        if (!again.empty()) sentence += " " + again;
        sentences.push_back(std::move(sentence));
    }
    return sentences;
}

}  // namespace halfstep
