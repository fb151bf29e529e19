#include "halfstep/report/curves.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "halfstep/report/told_events.hpp"
#include "halfstep/trace/series_csv.hpp"
#include "run_index.hpp"

namespace halfstep {
namespace {

// A page with many runs stays readable and of a few megabytes: each curve gets fewer buckets.
constexpr Buckets full_large = {800, 250}, full_small = {320, 120};
constexpr int fewest_buckets = 50;
constexpr std::size_t most_points = 90'000;  // of all curves of a page: about 650 kB

bool is_large(const std::string& metric) {
    return metric == "loss" || metric == "loss_scale";
}

Buckets buckets_for(const std::string& metric, std::size_t runs) {
    const Buckets full = is_large(metric) ? full_large : full_small;
    const int share = static_cast<int>((runs + 7) / 8);
    return {std::max(fewest_buckets, full.linear / std::max(1, share)),
            std::max(fewest_buckets, full.logarithmic / std::max(1, share))};
}

struct Growing {
    Curve curve;
    Decimator decimator;
    std::size_t run;  // index of the summary
};

class Loader {
public:
    Loader(const std::filesystem::path& path, const Results& results, std::int64_t last_step)
        : results_(results), last_step_(last_step), runs_(path, results) {}

    void take(const SeriesRow& row) {
        const RunIndex::Place& place = runs_.find(row.run, row.seed);
        if (place.summary >= most_drawn_runs || (row.metric == "skipped" && row.value == 0)) return;
        Growing& growing = find(row.metric, place, row.seed);
        const Point point{row.step, row.value};
        growing.curve.facts.add(point);
        growing.decimator.add(point);
    }

    Plots finish() {
        fit();
        Plots plots;
        plots.last_step = last_step_;
        for (std::size_t metric = 0; metric < metrics_.size(); ++metric) {
            Panel panel{metrics_[metric], {}};
            for (auto& [key, growing] : curves_) {
                if (std::get<0>(key) != metric) continue;
                panel.curves.push_back(std::move(growing.curve));
            }
            if (panel.metric == "skipped")
                plots.skipped = std::move(panel.curves);
            else
                plots.panels.push_back(std::move(panel));
        }
        const auto rank = [](const Panel& panel) {
            if (panel.metric == "loss") return 0;
            if (panel.metric == "loss_scale") return 1;
            return panel.metric == "grads_averaged" ? 3 : 2;
        };
        std::stable_sort(plots.panels.begin(), plots.panels.end(),
                         [&](const Panel& a, const Panel& b) { return rank(a) < rank(b); });
        return plots;
    }

private:
    Growing& find(std::string_view metric, const RunIndex::Place& place, std::uint64_t seed) {
        std::size_t index = 0;
        while (index < metrics_.size() && metrics_[index] != metric) ++index;
        if (index == metrics_.size()) metrics_.emplace_back(metric);
        const auto key = std::make_tuple(index, place.summary);
        auto found = curves_.find(key);
        if (found == curves_.end()) {
            const Buckets buckets = buckets_for(metrics_[index], std::min(most_drawn_runs, results_.summaries.size()));
            found =
                curves_
                    .emplace(key,
                             Growing{{place.variant, seed, {}, {}}, decimator(place.summary, buckets), place.summary})
                    .first;
        }
        return found->second;
    }

    Decimator decimator(std::size_t run, Buckets buckets) const {
        return Decimator(last_step_, buckets, event_steps(results_.summaries[run]));
    }

    // Takes the points of all curves; thins them once more, the small panels first, where they are too
    // many for one page.
    void fit() {
        std::size_t points = 0;
        for (auto& [key, growing] : curves_) {
            growing.curve.points = growing.decimator.points();
            points += growing.curve.points.size();
        }
        for (int divisor = 2; points > most_points && full_small.linear / divisor >= fewest_buckets; divisor *= 2) {
            points = 0;
            for (auto& [key, growing] : curves_) {
                if (!is_large(metrics_[std::get<0>(key)])) thin(growing, divisor);
                points += growing.curve.points.size();
            }
        }
    }

    void thin(Growing& growing, int divisor) const {
        Decimator coarser =
            decimator(growing.run, {full_small.linear / divisor, std::max(30, full_small.logarithmic / divisor)});
        for (const Point& point : growing.curve.points) coarser.add(point);
        std::vector<Point> points = coarser.points();
        if (points.size() < growing.curve.points.size()) growing.curve.points = std::move(points);
    }

    const Results& results_;
    std::int64_t last_step_;
    RunIndex runs_;
    std::vector<std::string> metrics_;
    std::map<std::tuple<std::size_t, std::size_t>, Growing> curves_;  // (metric, run) in order
};

}  // namespace

std::optional<double> Panel::constant() const {
    std::optional<double> value;
    for (const Curve& curve : curves) {
        const CurveFacts& facts = curve.facts;
        if (facts.not_finite > 0 || !facts.smallest || facts.smallest->value != facts.largest->value)
            return std::nullopt;
        if (value && *value != facts.smallest->value) return std::nullopt;
        value = facts.smallest->value;
    }
    return value;
}

bool Panel::all_positive() const {
    return std::all_of(curves.begin(), curves.end(), [](const Curve& curve) { return curve.facts.not_positive == 0; });
}

const Panel* Plots::find(std::string_view metric) const {
    for (const Panel& panel : panels)
        if (panel.metric == metric) return &panel;
    return nullptr;
}

Plots load_plots(const std::filesystem::path& folder, const Results& results) {
    std::int64_t last_step = 1;
    for (const RunSpec& run : results.experiment.runs) last_step = std::max(last_step, run.steps - 1);
    Loader loader(folder / "series.csv", results, last_step);
    read_series(folder / "series.csv", [&](const SeriesRow& row) { loader.take(row); });
    return loader.finish();
}

}  // namespace halfstep
