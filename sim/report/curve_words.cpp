#include "curve_words.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/trace/number.hpp"
#include "html_text.hpp"
#include "series_words.hpp"

namespace halfstep {
namespace {

std::string value_word(double value) {
    if (std::isnan(value)) return "NaN";
    return value < 0 ? "minus infinity" : "infinite";
}

std::string times(std::int64_t count, const char* noun) {
    return grouped(count) + " " + noun + (count == 1 ? "" : "s");
}

// NaN when the run has no such metric.
double metric_of(const RunSummary& summary, std::string_view name) {
    for (const auto& [metric, value] : summary.metrics)
        if (metric == name) return value;
    return NAN;
}

// "NaN from step 57 to the end", without a full stop; empty where everything is finite.
std::string not_finite_phrase(const CurveFacts& facts) {
    if (!facts.first_not_finite) return "";
    std::string text = value_word(facts.first_not_finite->value);
    if (facts.not_finite == facts.count) return text + " at every recorded step";
    if (facts.ends_not_finite && facts.not_finite_since == facts.first_not_finite->step)
        return text + " from step " + grouped(facts.not_finite_since) + " to the end";
    text += " at step " + grouped(facts.first_not_finite->step);
    if (facts.not_finite > 1) text += ", not finite at " + times(facts.not_finite, "recorded step") + " in all";
    return text + (facts.ends_not_finite
                       ? ", the last of them from step " + grouped(facts.not_finite_since) + " to the end"
                       : "; finite again later");
}

std::string at_step(const Point& point) {
    return rounded_text(point.value, 3) + " at step " + grouped(point.step);
}

}  // namespace

std::string describe_curve(const CurveFacts& facts) {
    if (!facts.smallest) return facts.count > 0 ? not_finite_phrase(facts) : "no value";
    const Point &first = *facts.first, &last = *facts.last, &low = *facts.smallest, &high = *facts.largest;
    if (low.value == high.value && facts.not_finite == 0) return rounded_text(low.value, 3) + " throughout";
    std::string text;
    if (std::isfinite(first.value)) text = at_step(first);
    if (std::isfinite(first.value) && std::isfinite(last.value)) {
        const double change = last.value - first.value, size = std::max(std::abs(first.value), std::abs(last.value));
        text += std::abs(change) < 0.05 * size ? ", ends at " : change < 0 ? ", falls to " : ", rises to ";
        text += at_step(last);
    }
    if (low.step != first.step && low.step != last.step)
        text += (text.empty() ? "" : "; ") + ("lowest " + at_step(low));
    if (high.step != first.step && high.step != last.step)
        text += (text.empty() ? "" : "; ") + ("highest " + at_step(high));
    if (facts.not_finite > 0) text += (text.empty() ? "" : "; ") + not_finite_phrase(facts);
    return text;
}

std::string describe_panel(const Experiment& experiment, const Panel& panel) {
    constexpr std::size_t most = 6;
    std::string text;
    for (std::size_t i = 0; i < panel.curves.size() && i < most; ++i)
        text += (i > 0 ? ". " : "") + curve_name(experiment, panel.curves[i]) + ": " +
                describe_curve(panel.curves[i].facts);
    if (panel.curves.size() > most)
        text += ". And " + times(static_cast<std::int64_t>(panel.curves.size() - most), "more curve");
    return text + ".";
}

std::vector<std::string> not_finite_sentences(const Experiment& experiment, const Panel& panel) {
    std::vector<std::string> sentences;
    for (const Curve& curve : panel.curves)
        if (curve.facts.first_not_finite)
            sentences.push_back(curve_name(experiment, curve) + ": " + not_finite_phrase(curve.facts) + ".");
    return sentences;
}

std::vector<std::string> not_positive_sentences(const Experiment& experiment, const Panel& panel) {
    std::vector<std::string> sentences;
    for (const Curve& curve : panel.curves) {
        const CurveFacts& facts = curve.facts;
        if (!facts.first_not_positive) continue;
        sentences.push_back(curve_name(experiment, curve) + ": zero or below at " +
                            times(facts.not_positive, "recorded step") + ", first at step " +
                            grouped(facts.first_not_positive->step) +
                            "; a logarithmic axis has no place for them and leaves a gap.");
    }
    return sentences;
}

std::vector<std::string> skipped_sentences(const Results& results) {
    std::vector<std::string> sentences;
    for (const RunSpec& run : results.experiment.runs) {
        double fewest = INFINITY, most = 0, first = INFINITY;
        std::int64_t seeds = 0;
        for (const RunSummary& summary : results.summaries) {
            const double skipped = metric_of(summary, "skipped_steps");
            if (summary.run != run.run || !(skipped > 0)) continue;
            ++seeds;
            fewest = std::min(fewest, skipped);
            most = std::max(most, skipped);
            first = std::min(first, metric_of(summary, "first_skip_step"));
        }
        if (seeds == 0) continue;
        std::string text = run.run + ": ";
        if (fewest != most) text += grouped(static_cast<std::int64_t>(fewest)) + " to ";
        text += times(static_cast<std::int64_t>(most), "update") + " skipped";
        if (seeds < static_cast<std::int64_t>(results.experiment.seeds.size())) text += " with " + times(seeds, "seed");
        if (std::isfinite(first)) text += ", the first at step " + grouped(static_cast<std::int64_t>(first));
        sentences.push_back(text + ".");
    }
    return sentences;
}

}  // namespace halfstep
