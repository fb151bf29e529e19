#include "phase_tables.hpp"

#include <algorithm>
#include <cmath>

#include "html_text.hpp"
#include "phase_look.hpp"
#include "phase_words.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_cells = 2'500;  // of the tables of verdicts
constexpr std::size_t most_boundaries = 300;

constexpr std::size_t most_columns = 12;  // of one block, as paper has room for

std::string column_heads(const std::vector<std::string>& titles) {
    std::string html = "<div class=\"scroll\"><table class=\"numbers\"><thead><tr>";
    for (const std::string& title : titles) html += "<th scope=\"col\">" + title + "</th>";
    return html + "</tr></thead><tbody>\n";
}

std::string number_or_dash(double x) {
    return std::isnan(x) ? "–" : number_cell(x);
}

// The verdicts of a cell as their letters, "T" or "T2 D1", the words for who points at them.
std::string grid_cell(const Phase& phase, const PhaseVariant& variant, std::size_t cell,
                      const std::vector<VerdictLook>& looks) {
    std::vector<std::size_t> times(phase.verdicts.size());
    for (std::size_t i = cell * phase.seeds; i < (cell + 1) * phase.seeds && i < variant.verdicts.size(); ++i)
        if (variant.verdicts[i] >= 0) ++times[std::size_t(variant.verdicts[i])];
    std::string letters, words;
    for (std::size_t v = 0; v < times.size(); ++v) {
        if (times[v] == 0) continue;
        const std::string count = times[v] < phase.seeds ? std::to_string(times[v]) : "";
        letters += (letters.empty() ? "" : " ") + std::string(1, looks[v].letter) + count;
        words += (words.empty() ? "" : ", ") + (count.empty() ? "" : count + "× ") + phase.verdicts[v];
    }
    if (letters.empty()) return "<td>–</td>";
    return "<td title=\"" + escape_html(words) + "\">" + letters + "</td>";
}

std::vector<std::size_t> known_axes(const Phase& phase, const PhaseVariant& variant) {
    std::vector<std::size_t> known;
    for (std::size_t a = 0; a < phase.axes.size(); ++a)
        if (variant.knows[a]) known.push_back(a);
    return known;
}

// Where a row of the table is on all its axes but the last.
std::string row_name(const Phase& phase, const std::vector<std::size_t>& known, std::size_t row) {
    std::string name;
    for (std::size_t k = known.size() - 1; k-- > 0;) {
        const SweepAxis& axis = phase.axes[known[k]];
        name = axis_name(axis) + " = " + axis.keys.front().values[row % axis.size()].text +
               (name.empty() ? "" : ", " + name);
        row /= axis.size();
    }
    return name;
}

// Values [begin, end) of the last axis across, a row for each point of the others.
std::string grid_block(const Phase& phase, const PhaseVariant& variant, const std::vector<std::size_t>& known,
                       std::size_t begin, std::size_t end) {
    const SweepAxis& across = phase.axes[known.back()];
    std::vector<std::string> titles = {""};
    for (std::size_t i = begin; i < end; ++i)
        titles.push_back("<bdi>" + escape_html(across.keys.front().values[i].text) + "</bdi>");
    std::string html = column_heads(titles);
    const std::vector<VerdictLook> looks = verdict_looks(phase);
    const std::size_t rows = variant.verdicts.size() / phase.seeds / across.size();
    for (std::size_t row = 0; row < rows; ++row) {
        html += "<tr><th scope=\"row\"><bdi>" + escape_html(row_name(phase, known, row)) + "</bdi></th>";
        for (std::size_t i = begin; i < end; ++i) html += grid_cell(phase, variant, row * across.size() + i, looks);
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string grid_of(const Phase& phase, const PhaseVariant& variant) {
    const std::vector<std::size_t> known = known_axes(phase, variant);
    std::string html = "<h4>" + run_label(phase.results.experiment, variant.run);
    if (known.empty())
        return html + "</h4>\n" + column_heads({}) + "<tr>" + grid_cell(phase, variant, 0, verdict_looks(phase)) +
               "</tr></tbody></table></div>\n";
    html += ", across: <code>" + escape_html(axis_name(phase.axes[known.back()])) + "</code></h4>\n";
    const std::size_t columns = phase.axes[known.back()].size();
    for (std::size_t begin = 0; begin < columns; begin += most_columns)
        html += grid_block(phase, variant, known, begin, std::min(columns, begin + most_columns));
    return html;
}

}  // namespace

std::string count_table(const Phase& phase) {
    std::vector<std::string> titles = {"Run"};
    for (const std::string& verdict : phase.verdicts)
        titles.push_back("<span title=\"" + escape_html(verdict_doc(phase.sweep(), verdict)) + "\">" +
                         escape_html(verdict) + "</span>");
    std::string html = column_heads(titles);
    for (const PhaseVariant& variant : phase.variants) {
        html += "<tr><th scope=\"row\">" + run_label(phase.results.experiment, variant.run) + "</th>";
        for (const std::string& verdict : phase.verdicts) {
            const auto found = variant.counts.find(verdict);
            html += "<td>" + grouped(found == variant.counts.end() ? 0 : found->second) + "</td>";
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string boundary_table(const Phase& phase) {
    if (phase.results.boundaries.empty()) return "";
    const Sweep& sweep = phase.sweep();
    const bool seeds = std::any_of(sweep.boundaries.begin(), sweep.boundaries.end(),
                                   [](const BoundarySearch& search) { return search.seeds.size() > 1; });
    const bool theory = std::any_of(phase.results.boundaries.begin(), phase.results.boundaries.end(),
                                    [](const BoundaryRow& row) { return !std::isnan(row.theory); });
    std::vector<std::string> titles = {"Boundary", "Run", "At"};
    if (seeds) titles.emplace_back("Seed");
    titles.insert(titles.end(), {"Holds up to", "Fails at"});
    if (theory) titles.insert(titles.end(), {"Theory", "Ratio"});
    titles.insert(titles.end(), {"Holds again", "Runs"});
    std::string html = column_heads(titles);
    std::size_t shown = 0;
    for (const BoundaryRow& row : phase.results.boundaries) {
        if (++shown > most_boundaries) break;
        const std::string point = point_text(sweep, row.at);
        html += "<tr><th scope=\"row\"><bdi>" + escape_html(row.boundary) + "</bdi></th><td><bdi>" +
                escape_html(row.run) + "</bdi></td><td><bdi>" + (point.empty() ? "–" : escape_html(point)) +
                "</bdi></td>";
        if (seeds) html += "<td>" + std::to_string(row.seed) + "</td>";
        html += "<td><b>" + number_or_dash(row.value) + "</b></td><td>" + number_or_dash(row.fails_at) + "</td>";
        if (theory)
            html +=
                "<td>" + number_or_dash(row.theory) + "</td><td>" + number_or_dash(row.value / row.theory) + "</td>";
        html += "<td>" + (row.monotone ? "–" : number_or_dash(row.again_at)) + "</td><td>" + grouped(row.runs) +
                "</td></tr>\n";
    }
    html += "</tbody></table></div>\n";
    if (phase.results.boundaries.size() > most_boundaries)
        html += "<p class=\"quiet\">And " + grouped(std::int64_t(phase.results.boundaries.size() - most_boundaries)) +
                " more in <code>sweep/boundary.csv</code>.</p>\n";
    return html;
}

std::string verdict_grids(const Phase& phase) {
    std::size_t cells = 0;
    for (const PhaseVariant& variant : phase.variants) cells += variant.verdicts.size() / phase.seeds;
    if (cells == 0 || phase.runs() == 0) return "";
    if (cells > most_cells)
        return "<p class=\"quiet\">Every run is a row of <code>sweep/runs.csv</code>, too many for a table here.</p>\n";
    std::string key;
    const std::vector<VerdictLook> looks = verdict_looks(phase);
    for (std::size_t v = 0; v < looks.size(); ++v)
        key += (v > 0 ? ", " : "") + std::string(1, looks[v].letter) + " " + escape_html(phase.verdicts[v]);
    std::string html = "<p>" + key + (phase.seeds > 1 ? "; a number says with how many of the seeds" : "") + ".</p>\n";
    for (const PhaseVariant& variant : phase.variants) html += grid_of(phase, variant);
    return details("in-numbers", "The verdict of every point", html);
}

}  // namespace halfstep
