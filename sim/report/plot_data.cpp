#include "plot_data.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "halfstep/trace/number.hpp"
#include "series_words.hpp"

namespace halfstep {
namespace {

// More than this many small plots help nobody; series.csv has all of them.
constexpr std::size_t most_panels = 30;

std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_steps(std::string& out, const Curve& curve) {
    out += "\"x\":[";
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
        if (i > 0) out += ',';
        out += std::to_string(curve.points[i].step);
    }
    out += ']';
}

// Six digits are more than a screen shows.
void append_values(std::string& out, const Curve& curve) {
    out += ",\"y\":[";
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
        if (i > 0) out += ',';
        const double value = curve.points[i].value;
        out += std::isfinite(value) ? rounded_text(value) : "null";
    }
    out += ']';
}

void append_mark(std::string& out, const CurveFacts& facts) {
    if (!facts.first_not_finite) return;
    const double value = facts.first_not_finite->value;
    out += ",\"mark\":{\"x\":" + std::to_string(facts.first_not_finite->step);
    out += ",\"what\":\"";
    out += std::isnan(value) ? "NaN" : value < 0 ? "−∞" : "∞";
    out += "\"}";
}

void append_curve(std::string& out, const Curve& curve, bool with_values) {
    out += "{\"v\":" + std::to_string(curve.variant);
    out += ",\"s\":\"" + std::to_string(curve.seed);  // as text: a seed may exceed 2^53
    out += "\",";
    append_steps(out, curve);
    if (with_values) {
        append_values(out, curve);
        append_mark(out, curve.facts);
    }
    out += '}';
}

void append_curves(std::string& out, const std::vector<Curve>& curves, bool with_values) {
    out += '[';
    for (std::size_t i = 0; i < curves.size(); ++i) {
        if (i > 0) out += ',';
        append_curve(out, curves[i], with_values);
    }
    out += ']';
}

}  // namespace

bool starts_logarithmic(const Panel& panel) {
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

std::vector<const Panel*> plotted_panels(const Plots& plots) {
    std::vector<const Panel*> panels;
    for (const Panel& panel : plots.panels) {
        // What is the same everywhere, or one point a run, is better told than drawn.
        const bool marked = panel.metric == "loss_scale" && !plots.skipped.empty();
        const bool a_curve = std::any_of(panel.curves.begin(), panel.curves.end(),
                                         [](const Curve& curve) { return curve.facts.count > 1; });
        const bool worth = panel.metric == "loss" || marked || (a_curve && !panel.constant());
        if (worth && panels.size() < most_panels) panels.push_back(&panel);
    }
    return panels;
}

std::string plot_data_json(const Experiment& experiment, const Plots& plots) {
    std::string out = "{\"lastStep\":" + std::to_string(plots.last_step);
    out += ",\"variants\":[";
    std::size_t variants = 0;  // of a large experiment only the first are drawn
    for (const Panel& panel : plots.panels)
        for (const Curve& curve : panel.curves) variants = std::max(variants, curve.variant + 1);
    for (std::size_t i = 0; i < variants; ++i) (out += i > 0 ? "," : "") += quoted(experiment.runs[i].run);
    out += "],\"seeds\":[";
    for (std::size_t i = 0; i < experiment.seeds.size(); ++i) {
        out += i > 0 ? ",\"" : "\"";
        out += std::to_string(experiment.seeds[i]) + "\"";
    }
    out += "],\"panels\":[";
    bool first = true;
    for (const Panel* panel : plotted_panels(plots)) {
        out += first ? "\n{\"metric\":" : ",\n{\"metric\":";
        first = false;
        out += quoted(panel->metric) + ",\"title\":" + quoted(series_words(panel->metric).title);
        out += panel->metric == "loss_scale" ? ",\"steps\":true,\"base\":2" : "";
        out += panel->metric == "grads_averaged" ? ",\"steps\":true" : "";
        out += starts_logarithmic(*panel) ? ",\"log\":true" : "";
        out += ",\"curves\":";
        append_curves(out, panel->curves, true);
        if (panel->metric == "loss_scale") {
            out += ",\"skips\":";
            append_curves(out, plots.skipped, false);
        }
        out += '}';
    }
    return out + "]}";
}

}  // namespace halfstep
