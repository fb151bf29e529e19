#include "halfstep/report/curves.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/series_csv.hpp"

namespace halfstep {
namespace {

// A page with many runs stays readable and of a few megabytes: each curve gets fewer buckets.
Buckets buckets_for(const std::string& metric, std::size_t runs) {
    const bool large = metric == "loss" || metric == "loss_scale";
    const Buckets full = large ? Buckets{600, 300} : Buckets{250, 120};
    const std::size_t share = std::max<std::size_t>(1, (runs + 11) / 12);
    return {std::max(60, full.linear / static_cast<int>(share)),
            std::max(60, full.logarithmic / static_cast<int>(share))};
}

struct Growing {
    Curve curve;
    Decimator decimator;
};

class Loader {
public:
    Loader(std::filesystem::path path, const Results& results, std::int64_t last_step)
        : path_(std::move(path)), results_(results), last_step_(last_step) {}

    void take(const SeriesRow& row) {
        if (row.run != run_ || row.seed != seed_ || run_.empty()) enter(row);

        if (row.metric == "skipped" && row.value == 0) return;
        Growing& growing = find(row.metric);
        const Point point{row.step, row.value};
        growing.curve.facts.add(point);
        growing.decimator.add(point);
    }

    Plots finish() {
        Plots plots;
        plots.last_step = last_step_;
        for (std::size_t metric = 0; metric < metrics_.size(); ++metric) {
            Panel panel{metrics_[metric], {}};
            for (auto& [key, growing] : curves_) {
                if (std::get<0>(key) != metric) continue;
                growing.curve.points = growing.decimator.points();
                panel.curves.push_back(std::move(growing.curve));
            }
            if (panel.metric == "skipped")
                plots.skipped = std::move(panel.curves);
            else
                plots.panels.push_back(std::move(panel));
        }
        const auto rank = [](const Panel& panel) {
            return panel.metric == "loss" ? 0 : panel.metric == "loss_scale" ? 1 : 2;
        };
        std::stable_sort(plots.panels.begin(), plots.panels.end(),
                         [&](const Panel& a, const Panel& b) { return rank(a) < rank(b); });
        return plots;
    }

private:
    void enter(const SeriesRow& row) {
        for (std::size_t i = 0; i < results_.summaries.size(); ++i) {
            const RunSummary& summary = results_.summaries[i];
            if (summary.run != row.run || summary.seed != row.seed) continue;
            run_ = row.run;
            seed_ = row.seed;
            run_index_ = i;
            for (variant_ = 0; variant_ + 1 < results_.experiment.runs.size(); ++variant_)
                if (results_.experiment.runs[variant_].run == run_) break;
            return;
        }
        throw ResultError(path_, "holds the run '" + std::string(row.run) + "', seed " + std::to_string(row.seed) +
                                     ", which manifest.json does not know");
    }

    Growing& find(std::string_view metric) {
        std::size_t index = 0;
        while (index < metrics_.size() && metrics_[index] != metric) ++index;
        if (index == metrics_.size()) metrics_.emplace_back(metric);
        const auto key = std::make_tuple(index, run_index_);
        auto found = curves_.find(key);
        if (found == curves_.end()) {
            const Buckets buckets = buckets_for(metrics_[index], results_.summaries.size());
            found = curves_.emplace(key, Growing{{variant_, seed_, {}, {}}, Decimator(last_step_, buckets)}).first;
        }
        return found->second;
    }

    std::filesystem::path path_;
    const Results& results_;
    std::int64_t last_step_;
    std::vector<std::string> metrics_;
    std::map<std::tuple<std::size_t, std::size_t>, Growing> curves_;  // (metric, run) in order
    std::string run_;
    std::uint64_t seed_ = 0;
    std::size_t run_index_ = 0, variant_ = 0;
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
