#include "tables.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/runs_csv.hpp"
#include "html_text.hpp"
#include "sections.hpp"
#include "series_words.hpp"

namespace halfstep {
namespace {

const char* outcome_class(Outcome outcome) {
    return outcome == Outcome::held ? "held" : outcome == Outcome::failed ? "failed" : "open";
}

const char* outcome_symbol(Outcome outcome) {
    return outcome == Outcome::held ? "✓" : outcome == Outcome::failed ? "✗" : "–";
}

const char* outcome_word(Outcome outcome) {
    return outcome == Outcome::held ? "held" : outcome == Outcome::failed ? "failed" : "not judged";
}

std::string metric_name(const std::string& name) {
    for (const MetricDoc& doc : metric_docs())
        if (name == doc.name) return "<code title=\"" + escape_html(doc.doc) + "\">" + escape_html(name) + "</code>";
    return "<code>" + escape_html(name) + "</code>";
}

// The verdicts [begin, end) of one expectation.
std::string verdict_row(const std::vector<Verdict>& verdicts, std::size_t begin, std::size_t end, bool name_seeds) {
    VerdictCounts counts;
    bool same_bound = true;
    for (std::size_t i = begin; i < end; ++i) {
        counts.held += verdicts[i].outcome == Outcome::held;
        counts.failed += verdicts[i].outcome == Outcome::failed;
        counts.not_judged += verdicts[i].outcome == Outcome::not_judged;
        same_bound = same_bound && verdicts[i].expected == verdicts[begin].expected;
    }
    const Verdict& first = verdicts[begin];
    std::string row = "<tr><td class=\"outcome\">" + badge(overall(counts), outcome_word(overall(counts))) + "</td>";
    row += "<td><bdi class=\"run\">" + escape_html(first.run) + "</bdi> " + metric_name(first.metric);
    if (!first.because.empty()) row += "<p class=\"because\">" + escape_html(first.because) + "</p>";
    row += "</td><td class=\"measured\">";
    for (std::size_t i = begin; i < end; ++i) {
        const Verdict& verdict = verdicts[i];
        row += std::string("<div class=\"") + outcome_class(verdict.outcome) + "\" title=\"" +
               escape_html(verdict.sentence) + "\">";
        if (name_seeds) row += "<span class=\"seed\">seed " + std::to_string(verdict.seed) + "</span> ";
        row += verdict.measured ? "<b>" + number_cell(*verdict.measured) + "</b>" : "<b>missing</b>";
        if (end - begin > 1) row += std::string(" <span class=\"mark\">") + outcome_symbol(verdict.outcome) + "</span>";
        if (!same_bound && !verdict.bounds.empty())
            row += " <span class=\"seed\">against " + escape_html(verdict.bounds) + "</span>";
        row += "</div>";
    }
    row += "</td><td class=\"expected\">" + escape_html(same_bound ? first.expected : first.criterion);
    return row + "</td></tr>\n";
}

// As many runs as fit beside each other on paper, those of one variant together where that goes.
std::vector<std::span<const RunSummary>> column_blocks(std::span<const RunSummary> summaries) {
    constexpr std::size_t most = 9;
    std::vector<std::span<const RunSummary>> blocks;
    std::size_t begin = 0, end = 0;
    while (end < summaries.size()) {
        std::size_t next = end + 1;
        while (next < summaries.size() && summaries[next].run == summaries[end].run) ++next;
        if (end > begin && next - begin > most) {
            blocks.push_back(summaries.subspan(begin, end - begin));
            begin = end;
        }
        for (; next - begin > most; begin += most) blocks.push_back(summaries.subspan(begin, most));
        end = next;
    }
    if (end > begin) blocks.push_back(summaries.subspan(begin, end - begin));
    return blocks;
}

std::string metric_block(std::span<const RunSummary> summaries, const std::vector<std::string>& metrics,
                         bool name_seeds) {
    std::string html = "<div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">Metric</th>";
    for (const RunSummary& summary : summaries) {
        html += "<th scope=\"col\"><bdi>" + escape_html(summary.run) + "</bdi>";
        if (name_seeds) html += "<br><span class=\"seed\">seed " + std::to_string(summary.seed) + "</span>";
        html += "</th>";
    }
    html += "</tr></thead><tbody>\n<tr><th scope=\"row\">steps</th>";
    for (const RunSummary& summary : summaries) html += "<td>" + grouped(summary.steps) + "</td>";
    html += "</tr>\n";
    for (const std::string& name : metrics) {
        html += "<tr><th scope=\"row\">" + metric_name(name) + "</th>";
        for (const RunSummary& summary : summaries) {
            std::string cell = "–";
            for (const auto& [metric, value] : summary.metrics)
                if (metric == name) cell = number_cell(value);
            html += "<td>" + cell + "</td>";
        }
        html += "</tr>\n";
    }
    html += "<tr><th scope=\"row\">digest</th>";
    for (const RunSummary& summary : summaries)
        html += "<td><code title=\"" + escape_html(summary.digest) + "\">" + escape_html(summary.digest.substr(0, 8)) +
                "</code></td>";
    return html + "</tr>\n</tbody></table></div>\n";
}

}  // namespace

std::string badge(Outcome outcome, const std::string& text) {
    return std::string("<span class=\"badge ") + outcome_class(outcome) + "\"><span aria-hidden=\"true\">" +
           outcome_symbol(outcome) + "</span> " + escape_html(text) + "</span>";
}

Outcome overall(const VerdictCounts& counts) {
    if (counts.failed > 0) return Outcome::failed;
    return counts.not_judged > 0 || counts.all() == 0 ? Outcome::not_judged : Outcome::held;
}

std::string verdict_table(const Experiment& experiment, const std::vector<Verdict>& verdicts) {
    if (verdicts.empty()) return "<p class=\"quiet\">The scenario expects nothing in particular.</p>\n";
    std::string html =
        "<table class=\"verdicts\"><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Run and metric</th>"
        "<th scope=\"col\">Measured</th><th scope=\"col\">Expected</th></tr></thead><tbody>\n";
    for (std::size_t begin = 0, end = 0; begin < verdicts.size(); begin = end) {
        while (end < verdicts.size() && verdicts[end].expectation == verdicts[begin].expectation) ++end;
        html += verdict_row(verdicts, begin, end, experiment.seeds.size() > 1);
    }
    return html + "</tbody></table>\n";
}

std::string metric_table(const Results& results) {
    constexpr std::size_t most_open = 18;
    const std::span drawn(results.summaries.data(), std::min(results.summaries.size(), most_drawn_runs));
    const std::vector<std::string> metrics = metric_names(drawn);
    std::string open, folded;
    std::size_t shown = 0;
    for (const std::span block : column_blocks(drawn)) {
        const bool fits = shown == 0 || shown + block.size() <= most_open;
        if (fits && folded.empty()) shown += block.size();
        (fits && folded.empty() ? open : folded) += metric_block(block, metrics, results.experiment.seeds.size() > 1);
    }
    if (folded.empty()) return open;
    return open + details("in-numbers", "The other " + std::to_string(drawn.size() - shown) + " runs", folded);
}

std::string curve_table(const Experiment& experiment, const Panel& panel) {
    std::string html =
        "<div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">Run</th><th "
        "scope=\"col\">First</th>"
        "<th scope=\"col\">Smallest</th><th scope=\"col\">at step</th><th scope=\"col\">Largest</th>"
        "<th scope=\"col\">at step</th><th scope=\"col\">Last</th><th scope=\"col\">Not "
        "finite</th></tr></thead><tbody>\n";
    for (const Curve& curve : panel.curves) {
        const CurveFacts& facts = curve.facts;
        html += "<tr><th scope=\"row\"><bdi>" + escape_html(curve_name(experiment, curve)) + "</bdi></th>";
        html += "<td>" + (facts.first ? number_cell(facts.first->value) : "–") + "</td>";
        for (const auto& point : {facts.smallest, facts.largest}) {
            html += "<td>" + (point ? number_cell(point->value) : "–") + "</td>";
            html += "<td>" + (point ? grouped(point->step) : "–") + "</td>";
        }
        html += "<td>" + (facts.last ? number_cell(facts.last->value) : "–") + "</td>";
        html += "<td>" + grouped(facts.not_finite) + "</td></tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

}  // namespace halfstep
