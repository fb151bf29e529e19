#include "sweep_lines.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_boundary_lines = 12;

const BoundarySearch& search_of(const Sweep& sweep, const std::string& name) {
    return *std::find_if(sweep.boundaries.begin(), sweep.boundaries.end(),
                         [&](const BoundarySearch& search) { return search.name == name; });
}

}  // namespace

std::string boundary_sentence(const Sweep& sweep, const BoundaryRow& row) {
    const BoundarySearch& search = search_of(sweep, row.boundary);
    std::vector<std::string> keys;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) keys.push_back(key.key);
    std::string text = row.run;
    bool first = true;
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (!row.at[i].empty()) {
            text += (first ? " at " : ", ") + short_key(keys[i], keys) + " = " + row.at[i];
            first = false;
        }
    text += ", seed " + std::to_string(row.seed) + ": ";
    const auto value = [&](double x) {
        if (search.key.scale == AxisScale::named || !search.refine)
            for (const SweepValue& known : search.key.values)
                if (known.position == x) return known.text;
        return rounded_text(x);
    };
    const std::string name = search.key.key;
    if (std::isnan(row.value))
        text += search.holds + " at no " + name + (search.largest ? " down to " : " up to ") + value(row.fails_at);
    else if (std::isnan(row.fails_at))
        text += search.holds + " at every " + name + (search.largest ? " up to " : " down to ") + value(row.value);
    else
        text += search.holds + (search.largest ? " up to " : " from ") + name + " = " + value(row.value) + ", not at " +
                value(row.fails_at);
    if (!row.monotone) text += "; not monotone: it holds again at " + value(row.again_at);
    if (!std::isnan(row.theory))
        text += "; theory " + rounded_text(row.theory) +
                (std::isnan(row.value) ? "" : ", " + rounded_text(row.value / row.theory, 3) + " of it");
    return text + " (" + std::to_string(row.runs) + (row.runs == 1 ? " run)" : " runs)");
}

std::vector<std::string> sweep_lines(const SweepResults& results) {
    const Sweep& sweep = *results.experiment.sweep;
    std::string counts;
    for (const auto& [verdict, count] : results.verdicts)
        counts += (counts.empty() ? ": " : ", ") + std::to_string(count) + " " + verdict;
    std::vector<std::string> lines = {"  sweep: " + std::to_string(results.rows) +
                                      (results.rows == sweep.size ? "" : " of " + std::to_string(sweep.size)) +
                                      (sweep.size == 1 ? " run" : " runs") + counts};
    for (std::size_t i = 0; i < results.boundaries.size() && i < most_boundary_lines; ++i)
        lines.push_back("  " + results.boundaries[i].boundary + ": " + boundary_sentence(sweep, results.boundaries[i]));
    if (results.boundaries.size() > most_boundary_lines)
        lines.push_back("  ... and " + std::to_string(results.boundaries.size() - most_boundary_lines) +
                        " more in sweep/boundary.csv");
    return lines;
}

}  // namespace halfstep
