#include "phase_figures.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gnuplot.hpp"
#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/output_file.hpp"
#include "phase_gnuplot.hpp"
#include "phase_grid.hpp"
#include "phase_words.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_pictures = 12;  // of a variant
constexpr std::size_t letters_up_to = 34;  // cells along an axis that have room for a letter

// Two axes of a diagram, and where the others are.
struct Plane {
    std::size_t across = 0, up = 1;
    std::vector<int> at;
    std::string file, where;  // "phase-base-2", "precision.weight = e4m3"
};

// "x y low high low high colour letter split" a cell.
std::string cell_block(const Phase& phase, const PhaseVariant& variant, const Plane& plane, const PhaseScale& x,
                       const PhaseScale& y, const std::vector<VerdictLook>& paint) {
    const PhaseGrid grid(phase.axes);
    std::string text = "# x y x_low x_high y_low y_high colour letter seeds_disagree\n";
    for (std::size_t i = 0; i < x.at.size(); ++i)
        for (std::size_t j = 0; j < y.at.size(); ++j) {
            std::vector<int> at = plane.at;
            at[plane.across] = int(i);
            at[plane.up] = int(j);
            const auto [verdict, split] = verdict_of_cell(phase, variant, grid.cell(at, variant.knows));
            if (verdict < 0) continue;
            const VerdictLook& look = paint[std::size_t(verdict)];
            for (const double place : {x.at[i], y.at[j], x.low[i], x.high[i], y.low[j], y.high[j]})
                text += number_text(place) + " ";
            text += "0x" + look.colour.substr(1) + " " + look.letter + (split ? "* 1\n" : " NaN\n");
        }
    return text + "\n\n";
}

// Boundary and theory of the searches along one of the axes: a block each where it has points, "x y" a line.
struct Lines {
    std::string blocks;
    std::vector<bool> theory;  // of each block: the theory, not the boundary
    void add(const std::string& points, bool of_theory) {
        if (points.empty()) return;
        blocks += (of_theory ? "# theory\n" : "# boundary\n") + points + "\n\n";
        theory.push_back(of_theory);
    }
};
Lines boundary_blocks(const Phase& phase, const PhaseVariant& variant, const Plane& plane, const PhaseScale& x,
                      const PhaseScale& y) {
    const PhaseGrid grid(phase.axes);
    Lines lines;
    for (const BoundaryCurve& curve : boundary_curves(phase)) {
        if (curve.run != phase.results.experiment.runs[variant.run].run || !curve.search->swept) continue;
        const bool over_y = curve.search->key.key == axis_name(phase.axes[plane.up]);
        if (!over_y && curve.search->key.key != axis_name(phase.axes[plane.across])) continue;
        const PhaseScale &along = over_y ? x : y, &searched = over_y ? y : x;
        const std::size_t axis = over_y ? plane.across : plane.up, own = over_y ? plane.up : plane.across;
        if (searched.kind == AxisScale::named) continue;
        std::string boundary, theory;
        for (const std::size_t i : along.order) {
            std::vector<double> values, theories;
            for (const BoundaryRow* row : curve.rows) {
                const auto place = grid.find(row->at);
                if (!place || (*place)[axis] != int(i)) continue;
                bool here = true;
                for (std::size_t a = 0; a < phase.axes.size(); ++a)
                    here = here && (a == axis || a == own || (*place)[a] < 0 || (*place)[a] == plane.at[a]);
                if (!here) continue;
                values.push_back(std::isnan(row->fails_at) ? row->value
                                                           : middle(searched.kind, row->value, row->fails_at));
                theories.push_back(row->theory);
            }
            const auto add = [&](std::string& block, double value) {
                if (std::isnan(value)) return;
                const std::string a = number_text(along.at[i]), b = number_text(value);
                block += over_y ? a + " " + b + "\n" : b + " " + a + "\n";
            };
            add(boundary, median(values));
            add(theory, median(theories));
        }
        lines.add(boundary, false);
        lines.add(theory, true);
    }
    // The file's own curve, of the second axis over the first.
    std::string own;
    for (std::size_t i = 0; plane.across == 0 && plane.up == 1 && i < phase.theory.size(); ++i)
        if (const double value = phase.theory[x.order[i]]; !std::isnan(value))
            own += number_text(x.at[x.order[i]]) + " " + number_text(value) + "\n";
    lines.add(own, true);
    return lines;
}

std::string plane_script(const Phase& phase, const PhaseVariant& variant, const Plane& plane, const PhaseScale& x,
                         const PhaseScale& y, const std::vector<VerdictLook>& paint, const Lines& lines) {
    const Experiment& experiment = phase.results.experiment;
    std::string title = experiment.title + ": " + experiment.runs[variant.run].run;
    if (!plane.where.empty()) title += ", " + plane.where;
    std::string text = script_head(plane.file, title);
    text += axis_script('x', x, phase.axes[plane.across].keys.front());
    text += axis_script('y', y, phase.axes[plane.up].keys.front());
    text += "set border 15 lc rgb '#555555'\nset tics nomirror out\nset style fill solid noborder\n" +
            plot_start(plane.file);
    const std::string data = "  '" + plane.file + ".dat' index ";
    text += data + "0 using 1:2:3:4:5:6:(int(column(7))) with boxxyerror lc rgb variable notitle";
    // A star at the letter, or without one a dot, where seeds disagree.
    if (x.at.size() <= letters_up_to && y.at.size() <= letters_up_to)
        text += ", \\\n" + data + "0 using 1:2:8 with labels font ',9' tc rgb '#1c1d21' notitle" +
                (phase.sweep().seeds.size() > 1
                     ? ", \\\n  NaN with points pt 3 ps 0.6 lc rgb '#1c1d21' title 'seeds disagree'"
                     : "");
    else
        text += ", \\\n" + data + "0 using ($9 == 1 ? $1 : NaN):2 with points pt 7 ps 0.25 lc rgb '#1c1d21' " +
                (phase.sweep().seeds.size() > 1 ? "title 'seeds disagree'" : "notitle");
    text += verdict_keys(phase, paint);
    bool boundary = false, theory = false;
    for (std::size_t i = 0; i < lines.theory.size(); ++i) {
        bool& told = lines.theory[i] ? theory : boundary;
        text += ", \\\n" + data + std::to_string(1 + i) + " using 1:2 with lines lc rgb '#000000' ";
        text += lines.theory[i] ? "lw 1.75 dt (6,4) " : "lw 2.5 ";
        text += std::exchange(told, true) ? "notitle" : lines.theory[i] ? "title 'theory'" : "title 'boundary'";
    }
    return text + plot_end(plane.file);
}

// The planes of a variant: one, or one for each value of the slowest of the other axes; what remains is at its first.
std::vector<Plane> planes_of(const Phase& phase, const PhaseVariant& variant, const std::string& file) {
    const std::size_t axes = phase.axes.size();
    Plane plane{axes > 2 && phase.sweep().theory.empty() ? axes - 2 : 0,
                axes > 2 && phase.sweep().theory.empty() ? axes - 1 : 1, std::vector<int>(axes, 0), file, ""};
    if (axes == 2) return {plane};
    const std::size_t each = plane.across == 0 ? 2 : 0;
    std::vector<Plane> planes;
    for (std::size_t i = 0; i < phase.axes[each].size() && i < most_pictures && (i == 0 || variant.knows[each]); ++i) {
        plane.at[each] = int(i);
        plane.file = file + "-" + std::to_string(i + 1);
        plane.where.clear();
        for (std::size_t a = 0; a < axes; ++a)
            if (a != plane.across && a != plane.up && variant.knows[a])
                plane.where += (plane.where.empty() ? "" : ", ") + axis_name(phase.axes[a]) + " = " +
                               phase.axes[a].keys.front().values[std::size_t(plane.at[a])].text;
        planes.push_back(plane);
    }
    return planes;
}

// A variant's name as a part of a file's.
std::string file_name(const std::string& run, const std::vector<std::string>& taken) {
    std::string name = "phase-";
    for (const char c : run) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        name += plain ? c : '-';
    }
    name.resize(std::min<std::size_t>(name.size(), 80));
    while (std::find(taken.begin(), taken.end(), name) != taken.end()) name += "-";
    return name;
}

}  // namespace

std::vector<std::string> write_phase_scripts(const Phase& phase, const std::filesystem::path& folder) {
    std::vector<std::string> names, files;
    if (phase.axes.empty() || phase.runs() == 0) return files;
    const std::vector<VerdictLook> paint = verdict_looks(phase);
    const auto write = [&](const std::string& name, const std::string& data, const std::string& script) {
        write_file(folder / (name + ".dat"), data);
        write_file(folder / (name + ".gp"), script);
        files.push_back(name);
    };
    for (const PhaseVariant& variant : phase.variants) {
        names.push_back(file_name(phase.results.experiment.runs[variant.run].run, names));
        if (phase.axes.size() == 1) {
            const PhaseScale x = phase_scale(phase.axes.front().keys.front());
            const std::string data = line_data(phase, variant, x);
            if (!data.empty()) write(names.back(), data, line_script(phase, variant, names.back(), x));
            continue;
        }
        for (const Plane& plane : planes_of(phase, variant, names.back())) {
            const PhaseScale x = phase_scale(phase.axes[plane.across].keys.front()),
                             y = phase_scale(phase.axes[plane.up].keys.front());
            const Lines lines = boundary_blocks(phase, variant, plane, x, y);
            write(plane.file, cell_block(phase, variant, plane, x, y, paint) + lines.blocks,
                  plane_script(phase, variant, plane, x, y, paint, lines));
        }
    }
    return files;
}

}  // namespace halfstep
