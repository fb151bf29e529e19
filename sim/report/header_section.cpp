#include "html_text.hpp"
#include "sections.hpp"
#include "tables.hpp"

namespace halfstep {
namespace {

// Texts of a scenario may be in any language: the browser finds out in which direction they run.
std::string text_element(std::string_view tag, std::string_view attributes, const std::string& html) {
    const std::string name(tag);
    return "<" + name + " dir=\"auto\"" + std::string(attributes) + ">" + html + "</" + name + ">\n";
}

std::string missing_runs(const Results& results) {
    std::string html =
        "<p class=\"incomplete\" role=\"alert\"><b>Incomplete.</b> The runs were interrupted; missing are ";
    for (std::size_t i = 0; i < results.missing.size() && i < 12; ++i)
        html += (i > 0 ? "; " : "") + escape_html(results.missing[i].run) + ", seed " +
                std::to_string(results.missing[i].seed);
    if (results.missing.size() > 12) html += "; and " + std::to_string(results.missing.size() - 12) + " more";
    return html + ".</p>\n";
}

}  // namespace

std::string header_section(const Results& results, const std::vector<Verdict>& verdicts) {
    const Experiment& experiment = results.experiment;
    const VerdictCounts counts = count(verdicts);
    std::string html = "<header>\n<p class=\"over\"><code>" + escape_html(experiment.name) + "</code>";
    html += "<a href=\"#verdicts\" data-outcome>" + badge(overall(counts), describe(counts)) + "</a></p>\n";
    if (!experiment.changes.empty())
        html += "<p class=\"incomplete\">Not the scenario as the file has it: changed with <code>" +
                escape_html(experiment.changes) + "</code></p>\n";
    html += text_element("h1", "", escape_html(experiment.title.empty() ? experiment.name : experiment.title));
    if (!experiment.claim.empty())
        html += text_element("p", " class=\"claim\" data-outcome", escape_html(experiment.claim));
    if (!experiment.source.empty())
        html += text_element("p", " class=\"source\"", "Source: " + escape_and_link(experiment.source));
    if (!results.complete()) html += missing_runs(results);
    if (!experiment.predict.empty()) {
        html += "<section class=\"predict\"><details><summary><span class=\"label\">Guess first</span> <bdi>" +
                escape_html(experiment.predict) + "</bdi></summary>\n";
        html += text_element(
            "p", "",
            escape_html(experiment.teaches.empty() ? "The measurements below answer it." : experiment.teaches));
        html +=
            "</details>\n<button type=\"button\" id=\"hide-outcome\" hidden>Hide the outcome while guessing</button>"
            "</section>\n";
    } else if (!experiment.teaches.empty()) {
        html += text_element("p", " class=\"teaches\" data-outcome", escape_html(experiment.teaches));
    }
    return html + "</header>\n";
}

}  // namespace halfstep
