#include "phase_gnuplot.hpp"

#include <algorithm>
#include <cmath>

#include "gnuplot.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {

std::string script_head(const std::string& name, const std::string& title) {
    return "# `gnuplot " + name + ".gp` draws " + name + ".svg and " + name + ".png from " + name + ".dat\nset title " +
           gnuplot_string(title) + " noenhanced\nset key outside right top vertical Left reverse noenhanced\n";
}

std::string plot_start(const std::string& name) {
    return "set terminal svg size 860,520 enhanced font 'Helvetica,14' background '#ffffff'\nset output '" + name +
           ".svg.tmp'\nplot \\\n";
}

std::string plot_end(const std::string& name) {
    return "\nset terminal pngcairo size 1720,1040 enhanced font 'Helvetica,14' fontscale 1.8 linewidth 2 pointscale "
           "2\nset output "
           "'" +
           name + ".png.tmp'\nreplot\nset output\n";
}

std::string verdict_keys(const Phase& phase, const std::vector<VerdictLook>& paint) {
    std::string text;
    for (std::size_t v = 0; v < phase.verdicts.size(); ++v)
        text += ", \\\n  NaN with points pt 5 ps 1.6 lc rgb '" + paint[v].colour + "' title " +
                gnuplot_string(std::string(1, paint[v].letter) + " " + phase.verdicts[v]);
    return text;
}

std::string axis_script(char axis, const PhaseScale& scale, const SweepKey& key) {
    const std::string name(1, axis);
    std::string text = "set " + name + "label " + gnuplot_string(scale.label) + " noenhanced\n";
    if (scale.kind == AxisScale::logarithmic) text += "set logscale " + name + "\nset format " + name + " '10^{%L}'\n";
    if (scale.kind == AxisScale::named || (key.values.size() <= 12 && scale.kind != AxisScale::named)) {
        text += "set format " + name + " '%g'\nset " + name + "tics noenhanced (";
        for (std::size_t i = 0; i < key.values.size(); ++i)
            text += (i > 0 ? ", " : "") + gnuplot_string(key.values[i].text) + " " + number_text(scale.at[i]);
        text += ")\n";
    }
    const auto low = std::min_element(scale.low.begin(), scale.low.end()),
               high = std::max_element(scale.high.begin(), scale.high.end());
    return text + "set " + name + "range [" + number_text(*low) + ":" + number_text(*high) + "]\n";
}

}  // namespace halfstep
