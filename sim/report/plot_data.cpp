#include "plot_data.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/spec/wording.hpp"
#include "json_text.hpp"
#include "packed.hpp"

namespace halfstep {
namespace {

// More than this many plots help nobody; series.csv has all of them.
constexpr std::size_t most_panels = 36;

void append_points(std::string& out, const Curve& curve, bool with_values) {
    std::vector<std::int64_t> steps;
    std::vector<double> values;
    for (const Point& point : curve.points) {
        steps.push_back(point.step);
        values.push_back(point.value);
    }
    out += "\"x\":\"" + packed_steps(steps) + '"';
    if (!with_values) return;
    const PackedValues packed = packed_values(values);
    out += ",\"y\":\"" + packed.text + '"';
    if (packed.wide) out += ",\"wide\":true";
}

// Where a curve first left the finite numbers.
void append_mark(std::string& out, const CurveFacts& facts) {
    if (!facts.first_not_finite) return;
    const double value = facts.first_not_finite->value;
    out += ",\"mark\":{\"x\":" + std::to_string(facts.first_not_finite->step);
    out += ",\"what\":\"";
    out += std::isnan(value) ? "NaN" : value < 0 ? "−∞" : "∞";
    out += "\"}";
}

enum class Drawn { curve, reference, steps_only };

void append_curve(std::string& out, const Curve& curve, Drawn how) {
    out += "{\"v\":" + std::to_string(curve.variant);
    out += ",\"s\":\"" + std::to_string(curve.seed);  // as text: a seed may exceed 2^53
    out += how == Drawn::reference ? "\",\"reference\":true," : "\",";
    append_points(out, curve, how != Drawn::steps_only);
    if (how != Drawn::steps_only) append_mark(out, curve.facts);
    out += '}';
}

void append_panel(std::string& out, const PlottedPanel& plotted, const Plots& plots) {
    const Panel& panel = *plotted.panel;
    out += "\n{\"metric\":" + json_quoted(panel.metric) + ",\"title\":" + json_quoted(plotted.words.title);
    if (panel.metric == "loss_scale") out += ",\"base\":2";
    if (plotted.words.stepped) out += ",\"steps\":true";
    if (plotted.large()) out += ",\"large\":true";
    if (starts_logarithmic(panel)) out += ",\"log\":true";
    if (const auto& guide = plotted.words.guide)
        out += ",\"guide\":{\"y\":" + number_text(guide->value) +
               ",\"label\":" + json_quoted(std::string(guide->label)) + "}";
    out += ",\"curves\":[";
    for (std::size_t i = 0; i < panel.curves.size(); ++i) {
        if (i > 0) out += ',';
        append_curve(out, panel.curves[i], Drawn::curve);
    }
    if (plotted.reference)
        for (const Curve& curve : plotted.reference->curves) append_curve(out += ',', curve, Drawn::reference);
    out += ']';
    if (panel.metric == "loss_scale") {
        out += ",\"skips\":";
        append_list(out, plots.skipped, [&](const Curve& curve) { append_curve(out, curve, Drawn::steps_only); });
    }
    out += '}';
}

void append_event(std::string& out, const ToldEvent& event) {
    out += "{\"v\":" + std::to_string(event.variant) + ",\"kind\":" + json_quoted(event.event().kind) + ",\"at\":";
    append_list(out, event.occurrences, [&](const Occurrence& at) {
        out += "[\"" + std::to_string(at.seed) + "\"," + std::to_string(at.event.step) + "]";
    });
    out += ",\"told\":" + json_quoted(event.sentence()) + "}";
}

}  // namespace

bool PlottedPanel::large() const {
    return panel->metric == "loss" || panel->metric == "loss_scale";
}

bool starts_logarithmic(const Panel& panel) {
    if (series_words(panel.metric).linear) return false;
    double lowest = INFINITY, highest = 0;
    // Curves whose peaks are far apart hide each other on a linear axis, zeros or not.
    double lowest_peak = INFINITY;
    for (const Curve& curve : panel.curves) {
        if (curve.facts.largest && curve.facts.largest->value > 0)
            lowest_peak = std::min(lowest_peak, curve.facts.largest->value);
        for (const Point& point : curve.points) {
            if (!std::isfinite(point.value) || point.value <= 0) continue;
            lowest = std::min(lowest, point.value);
            highest = std::max(highest, point.value);
        }
    }
    if (panel.metric == "loss" || panel.metric == "loss_scale") return highest > 0;
    return highest > 30 * (panel.all_positive() ? lowest : lowest_peak);
}

std::vector<PlottedPanel> plotted_panels(const Plots& plots) {
    std::vector<PlottedPanel> panels;
    for (const Panel& panel : plots.panels) {
        if (panel.metric == "reference_loss" && plots.find("loss")) continue;
        // What is the same everywhere, or one point a run, is better told than drawn.
        const bool marked = panel.metric == "loss_scale" && !plots.skipped.empty();
        const bool a_curve = std::any_of(panel.curves.begin(), panel.curves.end(),
                                         [](const Curve& curve) { return curve.facts.count > 1; });
        if (panel.metric != "loss" && !marked && (!a_curve || panel.constant())) continue;
        panels.push_back(
            {&panel, panel.metric == "loss" ? plots.find("reference_loss") : nullptr, series_words(panel.metric)});
    }
    std::stable_sort(panels.begin(), panels.end(), [](const PlottedPanel& a, const PlottedPanel& b) {
        return std::make_pair(a.words.group, a.words.order) < std::make_pair(b.words.group, b.words.order);
    });
    if (panels.size() > most_panels) panels.resize(most_panels);
    return panels;
}

std::string plot_data_json(const Experiment& experiment, const Plots& plots, const std::vector<ToldEvent>& events) {
    std::string out = "{\"lastStep\":" + std::to_string(plots.last_step) + ",\"variants\":";
    std::size_t variants = 0;  // of a large experiment only the first are drawn
    for (const Panel& panel : plots.panels)
        for (const Curve& curve : panel.curves) variants = std::max(variants, curve.variant + 1);
    for (const ToldEvent& event : events) variants = std::max(variants, event.variant + 1);
    const std::span drawn(experiment.runs.data(), variants);
    append_list(out, drawn, [&](const RunSpec& run) { out += json_quoted(run.run); });
    out += ",\"seeds\":";
    append_list(out, experiment.seeds, [&](std::uint64_t seed) { out += '"' + std::to_string(seed) + '"'; });
    out += ",\"events\":";
    append_list(out, events, [&](const ToldEvent& event) { append_event(out, event); });
    out += ",\"panels\":";
    append_list(out, plotted_panels(plots), [&](const PlottedPanel& panel) { append_panel(out, panel, plots); });
    return out + "}";
}

}  // namespace halfstep
