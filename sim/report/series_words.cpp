#include "series_words.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "html_text.hpp"

namespace halfstep {
namespace {

struct Row {
    std::string_view metric, title, meaning;
};
constexpr Row known[] = {
    {"loss", "Loss", "mean over the workers’ batches before the update, as the run’s own precision saw it"},
    {"loss_scale", "Loss scale", "what the loss is multiplied by before the backward pass"},
    {"eval_loss", "Evaluation loss", "over the full data, in binary64, on the weights after the step"},
    {"grads_averaged", "Gradients averaged", "1: whole gradients, 0: compressed momenta"},
    {"lr", "Learning rate", "as the optimizer used it"},
    {"grad_norm", "Gradient norm", "2-norm over all parameters, before clipping"},
    {"update_norm", "Update norm", "2-norm of what the step changed in the weights"},
    {"max_abs_weight", "Largest weight", "largest magnitude of any weight"},
    {"worker_error_norm", "Worker error", "2-norm of what the workers’ compression left behind"},
    {"server_error_norm", "Server error", "2-norm of what the servers’ compression left behind"},
};

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

}  // namespace

SeriesWords series_words(std::string_view metric) {
    for (const Row& row : known)
        if (row.metric == metric) return {std::string(row.title), std::string(row.meaning)};
    std::string title(metric);
    // A watched formula is called what it is.
    if (!std::all_of(title.begin(), title.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; }))
        return {title, "watched: of the states after the step, in binary64"};
    for (char& c : title)
        if (c == '_') c = ' ';
    if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    return {title, ""};
}

std::string curve_name(const Experiment& experiment, const Curve& curve) {
    std::string name = experiment.runs.at(curve.variant).run;
    if (experiment.seeds.size() > 1) name += ", seed " + std::to_string(curve.seed);
    return name;
}

std::vector<std::string> not_finite_sentences(const Experiment& experiment, const Panel& panel) {
    std::vector<std::string> sentences;
    for (const Curve& curve : panel.curves) {
        const CurveFacts& facts = curve.facts;
        if (!facts.first_not_finite) continue;
        std::string text = curve_name(experiment, curve) + ": ";
        const std::string first = value_word(facts.first_not_finite->value);
        if (facts.not_finite == facts.count) {
            text += first + " at every recorded step.";
        } else if (facts.ends_not_finite && facts.not_finite_since == facts.first_not_finite->step) {
            text += first + " from step " + grouped(facts.not_finite_since) + " to the end.";
        } else {
            text += first + " at step " + grouped(facts.first_not_finite->step);
            if (facts.not_finite > 1) text += ", not finite at " + times(facts.not_finite, "recorded step") + " in all";
            text += facts.ends_not_finite
                        ? ", the last of them from step " + grouped(facts.not_finite_since) + " to the end."
                        : "; finite again later.";
        }
        sentences.push_back(text);
    }
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
