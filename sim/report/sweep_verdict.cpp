#include "halfstep/report/sweep_verdict.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "comparisons.hpp"
#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/sweep_results.hpp"
#include "halfstep/trace/sweep_rows.hpp"

namespace halfstep {
namespace {

using Point = std::vector<std::pair<std::string, std::string>>;

// A number at one point of the sweep.
struct Measured {
    std::vector<std::string> at;
    std::uint64_t seed = 0;
    double value = 0;
};

std::vector<std::string> keys_of(const Sweep& sweep) {
    std::vector<std::string> keys;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) keys.push_back(key.key);
    return keys;
}

class SweepJudge {
public:
    SweepJudge(const Experiment& experiment, const std::filesystem::path& folder)
        : sweep_(*experiment.sweep), keys_(keys_of(sweep_)), folder_(sweep_folder(folder)) {
        if (has_sweep(folder)) results_ = read_sweep(folder);
    }

    Verdict decide(const Expectation& expectation) {
        Verdict verdict;
        verdict.run = expectation.run;
        verdict.metric = expectation.metric;
        verdict.seed = sweep_.seeds.front();
        verdict.because = expectation.because;
        verdict.line = expectation.line;
        verdict.expected = verdict.criterion = criterion_of(expectation);
        const std::string where = expectation.run + point_text(expectation.at);
        if (!results_ || !results_->complete) {
            verdict.sentence = where + ": " + expectation.metric + ", expected " + verdict.expected +
                               "; not judged, because the sweep is not finished";
            return verdict;
        }
        const std::vector<Measured> measured = collect(expectation.run, expectation.metric, expectation.at);
        std::size_t failed = 0, points = 0;
        others_.clear();
        const Measured* shown = nullptr;
        for (const Measured& one : measured) {
            if (!expectation.seeds.empty() &&
                std::find(expectation.seeds.begin(), expectation.seeds.end(), one.seed) == expectation.seeds.end())
                continue;
            const bool held = holds(expectation, one);
            ++points;
            if (!shown || (!held && failed == 0)) shown = &one;
            failed += !held;
        }
        if (!shown) {
            verdict.sentence = where + ": " + expectation.metric + ", expected " + verdict.expected +
                               "; not judged, because no run of the sweep has it";
            return verdict;
        }
        verdict.outcome = failed == 0 ? Outcome::held : Outcome::failed;
        verdict.seed = shown->seed;
        verdict.measured = shown->value;
        verdict.measured_text = rounded_text(shown->value);
        verdict.run = where;
        verdict.sentence = where + ": " + expectation.metric + " = " + verdict.measured_text;
        if (points > 1)
            verdict.sentence += (failed > 0 ? " at " + name_of(*shown) + ", one of " + std::to_string(failed) + " of "
                                            : " at " + name_of(*shown) + ", the first of ") +
                                std::to_string(points) + " points" + (failed > 0 ? " that fail" : "");
        verdict.sentence += ", expected " + verdict.expected;
        return verdict;
    }

private:
    static std::string point_text(const Point& point) {
        std::string text;
        for (const auto& [key, value] : point) text += (text.empty() ? " at " : ", ") + key + " = " + value;
        return text;
    }

    std::string name_of(const Measured& one) const {
        std::string text;
        for (std::size_t i = 0; i < keys_.size(); ++i)
            if (!one.at[i].empty()) text += short_key(keys_[i], keys_) + " = " + one.at[i] + ", ";
        return text + "seed " + std::to_string(one.seed);
    }

    static std::string criterion_of(const Expectation& expectation) {
        std::string text;
        for (const Comparison& comparison : comparisons) {
            const auto& bound = expectation.*comparison.bound;
            if (!bound) continue;
            text += (text.empty() ? "" : " and ") + std::string(comparison.words) + " ";
            if (bound->run.empty())
                text += rounded_text(bound->constant);
            else
                text +=
                    (bound->factor == 1 ? "" : number_text(bound->factor) + " × ") + bound->run + "'s " + bound->metric;
        }
        return text;
    }

    bool meets(const std::vector<std::string>& at, const Point& point) const {
        return std::all_of(point.begin(), point.end(), [&](const auto& asked) {
            const auto key = std::size_t(std::find(keys_.begin(), keys_.end(), asked.first) - keys_.begin());
            return at[key] == asked.second || at[key].empty();
        });
    }

    std::vector<Measured> collect(const std::string& run, const std::string& metric, const Point& at) const {
        std::vector<Measured> found;
        for (const BoundarySearch& search : sweep_.boundaries)
            if (metric == search.name || metric == search.name + "_ratio" || metric == search.name + "_runs") {
                for (const BoundaryRow& row : results_->boundaries) {
                    if (row.boundary != search.name || row.run != run || !meets(row.at, at)) continue;
                    const double value = metric == search.name              ? row.value
                                         : metric == search.name + "_ratio" ? row.value / row.theory
                                                                            : double(row.runs);
                    found.push_back({row.at, row.seed, value});
                }
                return found;
            }
        const bool share = metric.starts_with("share(") && metric.ends_with(")");
        const std::string verdict = share ? metric.substr(6, metric.size() - 7) : "";
        double count = 0, all = 0;
        SweepRowReader reader(folder_ / "runs.csv", sweep_);
        SweepRow row;
        while (reader.next(row)) {
            if (row.run != run || !meets(row.at, at)) continue;
            ++all;
            count += row.verdict == verdict;
            if (const auto value = share ? std::nullopt : metric_of(sweep_, row, metric))
                found.push_back({row.at, row.seed, *value});
        }
        if (share && all > 0)
            found.push_back({std::vector<std::string>(keys_.size()), sweep_.seeds.front(), count / all});
        return found;
    }

    // The other run's value at the same point; an axis it does not know says nothing.
    std::optional<double> bound_at(const Bound& bound, const Expectation& expectation, const Measured& one) {
        if (bound.run.empty()) return bound.constant;
        auto& others = others_[{bound.run, bound.metric}];
        if (!others) {
            others.emplace();
            others->all = collect(bound.run, bound.metric, expectation.at);
            for (const Measured& other : others->all) others->by_point.try_emplace({other.at, other.seed}, other.value);
        }
        if (const auto found = others->by_point.find({one.at, one.seed}); found != others->by_point.end())
            return found->second * bound.factor;
        for (const Measured& other : others->all) {
            bool same = other.seed == one.seed;
            for (std::size_t i = 0; i < keys_.size(); ++i)
                same = same && (other.at[i] == one.at[i] || other.at[i].empty() || one.at[i].empty());
            if (same) return other.value * bound.factor;
        }
        return std::nullopt;
    }

    bool holds(const Expectation& expectation, const Measured& one) {
        for (const Comparison& comparison : comparisons)
            if (const auto& bound = expectation.*comparison.bound) {
                const auto value = bound_at(*bound, expectation, one);
                if (!value || !comparison.holds(one.value, *value)) return false;
            }
        return true;
    }

    const Sweep& sweep_;
    std::vector<std::string> keys_;
    std::filesystem::path folder_;
    std::optional<SweepResults> results_;

    // What the expectation being decided compares with, read once.
    struct Others {
        std::vector<Measured> all;
        std::map<std::pair<std::vector<std::string>, std::uint64_t>, double> by_point;
    };
    std::map<std::pair<std::string, std::string>, std::optional<Others>> others_;
};

}  // namespace

std::vector<Verdict> judge_sweep(const Experiment& experiment, const std::filesystem::path& results_folder) {
    std::vector<Verdict> verdicts;
    if (!experiment.sweep) return verdicts;
    SweepJudge judge(experiment, results_folder);
    for (std::size_t i = 0; i < experiment.expectations.size(); ++i) {
        if (!experiment.expectations[i].swept) continue;
        verdicts.push_back(judge.decide(experiment.expectations[i]));
        verdicts.back().expectation = i;
    }
    return verdicts;
}

std::vector<Verdict> judge_all(const Experiment& experiment, const std::vector<RunSummary>& summaries,
                               const std::filesystem::path& results_folder) {
    std::vector<Verdict> verdicts = judge(experiment, summaries);
    for (Verdict& verdict : judge_sweep(experiment, results_folder)) verdicts.push_back(std::move(verdict));
    std::stable_sort(verdicts.begin(), verdicts.end(),
                     [](const Verdict& a, const Verdict& b) { return a.expectation < b.expectation; });
    return verdicts;
}

}  // namespace halfstep
