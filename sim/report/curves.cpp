#include "halfstep/report/curves.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

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
        : path_(std::move(path)), results_(results), last_step_(last_step) {
        for (std::size_t i = 0; i < results.experiment.runs.size(); ++i)
            variants_.emplace(results.experiment.runs[i].run, i);
        for (std::size_t i = 0; i < results.summaries.size(); ++i)
            runs_.emplace(std::make_pair(results.summaries[i].run, results.summaries[i].seed), i);
    }

    void take(const SeriesRow& row) {
        if (row.run != run_ || row.seed != seed_ || run_.empty()) enter(row);

        if (run_index_ >= most_drawn_runs || (row.metric == "skipped" && row.value == 0)) return;
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
            if (panel.metric == "loss") return 0;
            if (panel.metric == "loss_scale") return 1;
            return panel.metric == "grads_averaged" ? 3 : 2;
        };
        std::stable_sort(plots.panels.begin(), plots.panels.end(),
                         [&](const Panel& a, const Panel& b) { return rank(a) < rank(b); });
        return plots;
    }

private:
    void enter(const SeriesRow& row) {
        run_ = row.run;
        seed_ = row.seed;
        const auto found = runs_.find({run_, seed_});
        if (found == runs_.end())
            throw ResultError(path_, "holds the run '" + run_ + "', seed " + std::to_string(seed_) +
                                         ", which manifest.json does not know");
        run_index_ = found->second;
        variant_ = variants_.at(run_);
    }

    Growing& find(std::string_view metric) {
        std::size_t index = 0;
        while (index < metrics_.size() && metrics_[index] != metric) ++index;
        if (index == metrics_.size()) metrics_.emplace_back(metric);
        const auto key = std::make_tuple(index, run_index_);
        auto found = curves_.find(key);
        if (found == curves_.end()) {
            const Buckets buckets = buckets_for(metrics_[index], std::min(most_drawn_runs, results_.summaries.size()));
            found = curves_.emplace(key, Growing{{variant_, seed_, {}, {}}, Decimator(last_step_, buckets)}).first;
        }
        return found->second;
    }

    std::filesystem::path path_;
    const Results& results_;
    std::int64_t last_step_;
    std::map<std::string, std::size_t> variants_;                        // index in experiment.runs
    std::map<std::pair<std::string, std::uint64_t>, std::size_t> runs_;  // index in summaries
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
