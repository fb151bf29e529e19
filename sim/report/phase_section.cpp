// "Where it breaks": the diagrams of a sweep, in words and tables for those who have no script, and what the page's
// program draws them into.
#include <algorithm>
#include <cmath>

#include "assets.hpp"
#include "halfstep/report/phase.hpp"
#include "html_text.hpp"
#include "phase_grid.hpp"
#include "phase_words.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_cells = 2'500;  // of the tables of verdicts
constexpr std::size_t most_boundaries = 300;

std::string code(const std::string& text) {
    return "<code>" + escape_html(text) + "</code>";
}

std::string column_heads(const std::vector<std::string>& titles) {
    std::string html = "<div class=\"scroll\"><table class=\"numbers\"><thead><tr>";
    for (const std::string& title : titles) html += "<th scope=\"col\">" + title + "</th>";
    return html + "</tr></thead><tbody>\n";
}

// How many runs of each variant came out how.
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

std::string number_or_dash(double x) {
    return std::isnan(x) ? "–" : number_cell(x);
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

// The verdicts of a cell: one word, or how often which.
std::string cell_text(const Phase& phase, const PhaseVariant& variant, std::size_t cell) {
    std::vector<std::size_t> times(phase.verdicts.size());
    for (std::size_t i = cell * phase.seeds; i < (cell + 1) * phase.seeds && i < variant.verdicts.size(); ++i)
        if (variant.verdicts[i] >= 0) ++times[std::size_t(variant.verdicts[i])];
    std::string text;
    for (std::size_t v = 0; v < times.size(); ++v) {
        if (times[v] == 0) continue;
        if (!text.empty()) text += ", ";
        if (times[v] < phase.seeds) text += std::to_string(times[v]) + "× ";
        text += escape_html(phase.verdicts[v]);
    }
    return text.empty() ? "–" : text;
}

// Verdicts over the last axis across and the one before it down; a block a point of the others.
std::string verdict_grid(const Phase& phase, const PhaseVariant& variant) {
    std::vector<std::size_t> known;
    for (std::size_t a = 0; a < phase.axes.size(); ++a)
        if (variant.knows[a]) known.push_back(a);
    if (known.empty()) return "<p>" + cell_text(phase, variant, 0) + "</p>\n";
    const SweepAxis& across = phase.axes[known.back()];
    std::string html = column_heads({""});
    html.resize(html.rfind("</tr></thead>"));
    for (const SweepValue& value : across.keys.front().values)
        html += "<th scope=\"col\"><bdi>" + escape_html(value.text) + "</bdi></th>";
    html += "</tr></thead><tbody>\n";
    const std::size_t rows = variant.verdicts.size() / phase.seeds / across.size();
    for (std::size_t row = 0; row < rows; ++row) {
        std::string name;
        std::size_t rest = row;
        for (std::size_t k = known.size() - 1; k-- > 0;) {
            const SweepAxis& axis = phase.axes[known[k]];
            name = axis_name(axis) + " = " + axis.keys.front().values[rest % axis.size()].text +
                   (name.empty() ? "" : ", " + name);
            rest /= axis.size();
        }
        html += "<tr><th scope=\"row\"><bdi>" + escape_html(name) + "</bdi></th>";
        for (std::size_t i = 0; i < across.size(); ++i)
            html += "<td>" + cell_text(phase, variant, row * across.size() + i) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string verdict_grids(const Phase& phase) {
    std::size_t cells = 0;
    for (const PhaseVariant& variant : phase.variants) cells += variant.verdicts.size() / phase.seeds;
    if (cells == 0 || phase.runs() == 0) return "";
    if (cells > most_cells)
        return "<p class=\"quiet\">Every run is a row of <code>sweep/runs.csv</code>, too many for a table here.</p>\n";
    std::string html;
    for (const PhaseVariant& variant : phase.variants) {
        html += "<h4>" + run_label(phase.results.experiment, variant.run);
        if (!phase.axes.empty()) html += ", across: " + code(axis_name(phase.axes.back()));
        html += "</h4>\n" + verdict_grid(phase, variant);
    }
    return details("in-numbers", "The verdict of every point", html);
}

std::string notes_of(const Phase& phase) {
    std::string html;
    if (!phase.results.complete)
        html += "<p class=\"incomplete\" role=\"alert\"><b>Incomplete.</b> " + grouped(phase.runs()) + " of " +
                grouped(phase.sweep().size) + " runs are here" +
                (phase.sweep().boundaries.empty() ? "" : ", and not every boundary may have been found") + ".</p>\n";
    std::string text;
    for (std::size_t a = 0; a < phase.axes.size(); ++a)
        if (phase.axes[a].size() < phase.of[a])
            text += (text.empty() ? "" : ", ") + std::to_string(phase.axes[a].size()) + " of " +
                    std::to_string(phase.of[a]) + " values of " + code(axis_name(phase.axes[a]));
    if (!text.empty()) text = "The diagrams show " + text + ". ";
    if (phase.joined)
        text += "Each point stands for its " + std::to_string(phase.sweep().seeds.size()) +
                " seeds: the commonest verdict and medians. ";
    if (!text.empty()) html += "<p class=\"quiet\">" + text + "All runs are in <code>sweep/runs.csv</code>.</p>\n";
    return html;
}

// The first few; more of them are folded away.
std::string sentences_of(const Phase& phase) {
    constexpr std::size_t most_open = 8;
    const std::vector<std::string> sentences = phase_sentences(phase);
    std::string open, folded;
    for (std::size_t i = 0; i < sentences.size(); ++i)
        (i < most_open ? open : folded) += "<p class=\"found\"><bdi>" + escape_html(sentences[i]) + "</bdi></p>\n";
    if (folded.empty()) return open;
    return open + details("more-found", "And " + std::to_string(sentences.size() - most_open) + " more", folded);
}

}  // namespace

std::string phase_section(const Phase& phase) {
    std::string html = "<section id=\"phase\" data-outcome><h2>Where it breaks</h2>\n" + notes_of(phase);
    html += sentences_of(phase);
    if (!assets::uplot_js.empty())
        html +=
            "<noscript><p class=\"incomplete\">The diagrams need JavaScript; the numbers below do not.</p></noscript>\n"
            "<div class=\"choosers\" id=\"phase-choosers\" hidden></div>\n<div class=\"phase-legend\" "
            "id=\"phase-legend\" "
            "hidden></div>\n<div id=\"phase-maps\"></div>\n<div id=\"phase-run\" hidden></div>\n<div "
            "id=\"phase-boundaries\"></div>\n";
    if (phase.runs() > 0) html += "<h3 class=\"group\">How the runs came out</h3>\n" + count_table(phase);
    html += verdict_grids(phase);
    const std::string boundaries = boundary_table(phase);
    if (!boundaries.empty())
        html += phase.results.boundaries.size() <= 16 ? "<h3 class=\"group\">Boundaries</h3>\n" + boundaries
                                                      : details("in-numbers", "Every boundary in numbers", boundaries);
    return html + "</section>\n";
}

}  // namespace halfstep
