// "Where it breaks": the diagrams of a sweep, in words and tables for those who have no script, and what the page's
// program draws them into.
#include "assets.hpp"
#include "halfstep/report/phase.hpp"
#include "html_text.hpp"
#include "phase_tables.hpp"
#include "phase_words.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

std::string code(const std::string& text) {
    return "<code>" + escape_html(text) + "</code>";
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
