#include "halfstep/report/figures.hpp"

#include <algorithm>
#include <cmath>

#include "gnuplot.hpp"
#include "halfstep/report/curves.hpp"
#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "phase_figures.hpp"
#include "series_words.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

// Okabe and Ito's colours, in the order of web/charts.js; dash patterns tell them apart in grey.
constexpr const char* colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                   "#E69F00", "#56B4E9", "#000000", "#8C7A00"};
constexpr const char* dashes[] = {"solid", "(12,4)",         "(3,3)", "(12,4,3,4)",
                                  "(6,3)", "(16,4,3,4,3,4)", "solid", "(3,6)"};

// Blocks that gnuplot numbers from 0 on, apart by two empty lines.
std::string curve_block(const std::string& name, const Curve& curve) {
    std::string text = "# ";
    for (const char c : name) text += c == '\n' || c == '\r' ? ' ' : c;
    text += "\n# step value\n";
    for (const Point& point : curve.points) {
        text += std::to_string(point.step) + " ";
        text += std::isfinite(point.value) ? number_text(point.value) : "NaN";
        text += '\n';
    }
    return text + "\n\n";
}

// A step curve needs its corners only; on many points in a row gnuplot's dashes run together.
Curve corners(Curve curve) {
    std::vector<Point>& points = curve.points;
    std::vector<Point> kept;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const bool inside = i > 0 && i + 1 < points.size() && points[i - 1].value == points[i].value &&
                            points[i].value == points[i + 1].value;
        if (!inside) kept.push_back(points[i]);
    }
    points = std::move(kept);
    return curve;
}

double value_at(const Curve& curve, std::int64_t step) {
    double value = NAN;
    for (const Point& point : curve.points)
        if (point.step <= step) value = point.value;
    return value;
}

// What happened to a run, as points on its curve.
struct Marks {
    const char* title;
    int point_type;  // gnuplot's
    std::vector<Curve> curves;
};

Marks skip_marks(const Panel& panel, const std::vector<Curve>& skipped) {
    Marks marks{"skipped update", 2, skipped};
    for (Curve& mark : marks.curves)
        for (const Curve& curve : panel.curves)
            if (curve.variant == mark.variant && curve.seed == mark.seed)
                for (Point& point : mark.points) point.value = value_at(curve, point.step);
    return marks;
}

// At the last finite value before the first that is not.
Marks onset_marks(const Panel& panel) {
    Marks marks{"not finite from here", 6, {}};
    for (const Curve& curve : panel.curves) {
        if (!curve.facts.first_not_finite) continue;
        const std::int64_t step = curve.facts.first_not_finite->step;
        Curve mark{curve.variant, curve.seed, {{step, value_at(curve, step - 1)}}, {}};
        if (std::isfinite(mark.points[0].value)) marks.curves.push_back(std::move(mark));
    }
    return marks;
}

struct Extent {
    double lowest = INFINITY, highest = 0;  // of the positive finite values
};

Extent extent_of(const Panel& panel) {
    Extent extent;
    for (const Curve& curve : panel.curves) {
        for (const Point& point : curve.points) {
            if (!std::isfinite(point.value) || point.value <= 0) continue;
            extent.lowest = std::min(extent.lowest, point.value);
            extent.highest = std::max(extent.highest, point.value);
        }
    }
    return extent;
}

// One entry of the key a variant: its further seeds look the same, only thinner.
std::string key_title(const Experiment& experiment, const Curve& curve) {
    const std::string& run = experiment.runs.at(curve.variant).run;
    const std::size_t seeds = experiment.seeds.size();
    return gnuplot_string(seeds > 1 ? run + " (" + std::to_string(seeds) + " seeds)" : run);
}

std::string axes_text(const Experiment& experiment, const Panel& panel) {
    const bool scale = panel.metric == "loss_scale";
    const Extent extent = extent_of(panel);
    std::string text = "set title " + gnuplot_string(experiment.title) + " noenhanced\n";
    text += "set xlabel 'step' offset 0,0.4\nset ylabel " + gnuplot_string(series_words(panel.metric).title) +
            " noenhanced\n";
    text += "set key outside center bottom horizontal Left reverse noenhanced\n";
    text += "set grid back lc rgb '#e4e4e4' lt 1\nset border 3 lc rgb '#555555'\nset tics nomirror\n";
    if (extent.highest > 0) {
        text += scale ? "set logscale y 2\nset format y '2^{%L}'\n" : "set logscale y\nset format y '10^{%L}'\n";
        if (scale) text += extent.highest > 256 * extent.lowest ? "set ytics 16\n" : "set ytics 2\n";
        const double room = scale ? 2 : 1.5;
        text += "set yrange [" + number_text(extent.lowest / room) + ":" + number_text(extent.highest * room) + "]\n";
    }
    return text;
}

std::string script_text(const Experiment& experiment, const Panel& panel, const Marks& marks) {
    const std::string& name = panel.metric;
    std::string text =
        "# `gnuplot " + name + ".gp` draws " + name + ".svg and " + name + ".png from " + name + ".dat\n";
    text += axes_text(experiment, panel);
    text += "set terminal svg size 900,480 enhanced font 'Helvetica,14' background '#ffffff'\n";
    text += "set output '" + name + ".svg.tmp'\nplot \\\n";
    const std::string data = "  '" + name + ".dat' index ";
    for (std::size_t i = 0; i < panel.curves.size(); ++i) {
        const Curve& curve = panel.curves[i];
        const std::size_t style = curve.variant % 8;
        const bool first_seed = i == 0 || panel.curves[i - 1].variant != curve.variant;
        text += (i > 0 ? ", \\\n" : "") + data + std::to_string(i) + " using 1:2 with ";
        text += name == "loss_scale" ? "steps" : "lines";
        text += std::string(first_seed ? " lw 1.75" : " lw 0.75") + " lc rgb '" + colours[style] + "' dt " +
                dashes[(curve.variant + curve.variant / 8) % 8];
        text += first_seed ? " title " + key_title(experiment, curve) : " notitle";
    }
    for (std::size_t i = 0; i < marks.curves.size(); ++i) {
        text += ", \\\n" + data + std::to_string(panel.curves.size() + i) + " using 1:2 with points pt " +
                std::to_string(marks.point_type) + " ps 0.8 lc rgb '" + colours[marks.curves[i].variant % 8];
        text += i == 0 ? std::string("' title '") + marks.title + "'" : "' notitle";
    }
    text += "\nset terminal pngcairo size 1800,960 enhanced font 'Helvetica,25' linewidth 2 pointscale 2\n";
    text += "set output '" + name + ".png.tmp'\nreplot\nset output\n";
    return text;
}

}  // namespace

std::vector<fs::path> write_figures(const fs::path& results_folder) {
    const Results results = read_results(results_folder);
    const Plots plots = load_plots(results_folder, results);
    const fs::path folder = results_folder / "figures";
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw ResultError(folder, "cannot be created: " + error.message());

    std::vector<std::string> names;
    for (const char* name : {"loss", "loss_scale"}) {
        const Panel* panel = plots.find(name);
        if (!panel) continue;
        const Marks marks = panel->metric == "loss" ? onset_marks(*panel) : skip_marks(*panel, plots.skipped);
        std::string data;
        for (const Curve& curve : panel->curves)
            data += curve_block(curve_name(results.experiment, curve),
                                panel->metric == "loss_scale" ? corners(curve) : curve);
        for (const Curve& curve : marks.curves)
            data += curve_block(curve_name(results.experiment, curve) + ": " + marks.title, curve);
        write_file(folder / (panel->metric + ".dat"), data);
        write_file(folder / (panel->metric + ".gp"), script_text(results.experiment, *panel, marks));
        names.push_back(panel->metric);
    }
    if (has_sweep(results_folder))
        for (std::string& name : write_phase_scripts(load_phase(results_folder), folder))
            names.push_back(std::move(name));
    std::vector<fs::path> pictures;
    for (const std::string& name : names) {
        run_gnuplot(folder, name + ".gp");
        for (const char* extension : {".svg", ".png"}) {
            const fs::path picture = folder / (name + extension);
            fs::rename(picture.string() + ".tmp", picture, error);
            if (error) throw ResultError(picture, "was not drawn: " + error.message());
            pictures.push_back(picture);
        }
    }
    return pictures;
}

}  // namespace halfstep
