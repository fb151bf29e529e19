// The final loss over the one axis of a sweep, its median and all seeds, the verdicts on it.
#include <algorithm>
#include <cmath>
#include <utility>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"
#include "phase_gnuplot.hpp"

namespace halfstep {
namespace {

struct LossSpread {
    double low = NAN, middle = NAN, high = NAN;
};

LossSpread spread_of(const Phase& phase, const PhaseVariant& variant, std::size_t cell) {
    const auto metric = std::find_if(variant.metrics.begin(), variant.metrics.end(),
                                     [](const PhaseMetric& m) { return m.name == "final_loss"; });
    std::vector<double> values;
    for (std::size_t run = cell * phase.seeds; run < (cell + 1) * phase.seeds; ++run)
        if (const double v = metric->values[run]; std::isfinite(v) && v > 0) values.push_back(v);
    if (values.empty()) return {};
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {*low, median(values), *high};
}

std::size_t cell_at(const PhaseVariant& variant, std::size_t i) {
    return variant.knows[0] ? i : 0;
}

// Smallest and largest of all; NaN without any.
LossSpread extent_of(const Phase& phase, const PhaseVariant& variant, const PhaseScale& x) {
    LossSpread all;
    for (const std::size_t i : x.order) {
        const LossSpread here = spread_of(phase, variant, cell_at(variant, i));
        all.low = std::fmin(all.low, here.low);
        all.high = std::fmax(all.high, here.high);
    }
    return all;
}

// Powers of ten; of a short range twice and five times them as well.
std::string loss_tics(double low, double high) {
    if (high / low > 300) return "set format y '10^{%L}'\n";
    std::string text = "set format y '%g'\nset ytics (";
    bool first = true;
    for (double power = std::pow(10, std::floor(std::log10(low))); power < high; power *= 10)
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double tic = std::stod(rounded_text(factor * power, 3));
            if (tic < low || tic > high) continue;
            text += (std::exchange(first, false) ? "" : ", ") + number_text(tic);
        }
    return text + ")\n";
}

constexpr double above = 2.2;  // where runs without a finite loss stand, above the largest

}  // namespace

std::string line_data(const Phase& phase, const PhaseVariant& variant, const PhaseScale& x) {
    const LossSpread extent = extent_of(phase, variant, x);
    if (std::isnan(extent.low)) return "";
    const std::vector<VerdictLook> looks = verdict_looks(phase);
    std::string band = "# x median lowest highest of the final loss\n", dots = "# x y colour letter\n";
    for (const std::size_t i : x.order) {
        const LossSpread here = spread_of(phase, variant, cell_at(variant, i));
        band += number_text(x.at[i]);
        for (const double value : {here.middle, here.low, here.high})
            band += std::isnan(value) ? " NaN" : " " + number_text(value);
        band += '\n';
        const auto [verdict, split] = verdict_of_cell(phase, variant, cell_at(variant, i));
        if (verdict < 0) continue;
        const VerdictLook& look = looks[std::size_t(verdict)];
        dots += number_text(x.at[i]) + " " + number_text(std::isnan(here.middle) ? extent.high * above : here.middle) +
                " 0x" + look.colour.substr(1) + " " + look.letter + "\n";
    }
    return band + "\n\n" + dots + "\n\n";
}

std::string line_script(const Phase& phase, const PhaseVariant& variant, const std::string& name, const PhaseScale& x) {
    const Experiment& experiment = phase.results.experiment;
    const LossSpread extent = extent_of(phase, variant, x);
    std::string text = script_head(name, experiment.title + ": " + experiment.runs[variant.run].run);
    text += axis_script('x', x, phase.axes.front().keys.front());
    text += "set logscale y\nset ylabel 'Final loss'\n" + loss_tics(extent.low / 1.5, extent.high * 3);
    text += "set border 3 lc rgb '#555555'\nset tics nomirror\nset style fill transparent solid 0.25 noborder\n";
    text += "set yrange [" + number_text(extent.low / 1.5) + ":" + number_text(extent.high * 3) + "]\n";
    const std::string data = "  '" + name + ".dat' index ";
    text += plot_start(name) + data + "0 using 1:3:4 with filledcurves lc rgb '#0072B2' title 'all seeds', \\\n";
    text += data + "0 using 1:2 with lines lw 1.75 lc rgb '#0072B2' title 'median', \\\n  ";
    text += number_text(extent.high * 1.5) + " with lines dt 3 lc rgb '#777777' title 'above: not finite', \\\n";
    text += data + "1 using 1:2:(int(column(3))) with points pt 7 ps 1.3 lc rgb variable notitle, \\\n";
    text += data + "1 using 1:2:4 with labels font ',8' notitle";
    return text + verdict_keys(phase, verdict_looks(phase)) + plot_end(name);
}

}  // namespace halfstep
