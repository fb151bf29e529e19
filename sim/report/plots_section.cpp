#include <algorithm>
#include <nlohmann/json.hpp>

#include "assets.hpp"
#include "curve_words.hpp"
#include "html_text.hpp"
#include "plot_data.hpp"
#include "sections.hpp"
#include "tables.hpp"

namespace halfstep {
namespace {

std::string plot_figure(const Results& results, const Plots& plots, const PlottedPanel& plotted, std::size_t index) {
    const Experiment& experiment = results.experiment;
    const Panel& panel = *plotted.panel;
    const bool drawn = !assets::uplot_js.empty(), large = plotted.large();
    const std::string id = "plot-" + std::to_string(index);
    std::string html =
        std::string("<figure class=\"") + (large ? "large" : "small") + "\" aria-labelledby=\"" + id + "-title\">\n";
    html += "<figcaption><h4 id=\"" + id + "-title\">" + escape_html(plotted.words.title) + "</h4>";
    html += "<button type=\"button\" class=\"y-axis\" data-plot=\"" + std::to_string(index) + "\" hidden></button>";
    if (!plotted.words.meaning.empty()) html += "<p>" + escape_html(plotted.words.meaning) + "</p>";
    html += "</figcaption>\n<div class=\"plot\" id=\"" + id + "\"><div class=\"drawing\" role=\"img\" aria-label=\"" +
            escape_html(plotted.words.title + " by step. " + describe_panel(experiment, panel)) + "\"></div></div>\n";
    if (drawn && plotted.reference)
        html += "<p class=\"key\">Thin and dotted: the loss of the same run without rounding.</p>\n";
    if (panel.metric == "loss_scale") {
        if (drawn && !plots.skipped.empty()) html += "<p class=\"key\">× a skipped update</p>\n";
        html += notes(skipped_sentences(results));
    }
    const std::string not_finite = notes(not_finite_sentences(experiment, panel));
    if (large) html += not_finite;
    if (large && starts_logarithmic(panel)) html += notes(not_positive_sentences(experiment, panel));
    std::string numbers = curve_table(experiment, panel);
    if (plotted.reference) numbers += "<p>Of the reference:</p>\n" + curve_table(experiment, *plotted.reference);
    return html + details("in-numbers", "In numbers", numbers + (large ? "" : not_finite), !drawn) + "</figure>\n";
}

// "Constant in every run: lr = 0.001, ..."
std::string constants_line(const Plots& plots, const std::vector<PlottedPanel>& plotted) {
    std::string text, left_out;
    for (const Panel& panel : plots.panels) {
        const bool drawn = std::any_of(plotted.begin(), plotted.end(), [&](const PlottedPanel& other) {
            return other.panel == &panel || other.reference == &panel;
        });
        if (drawn) continue;
        std::string& list = panel.constant() ? text : left_out;
        if (!list.empty()) list += ", ";
        list += "<code>" + escape_html(panel.metric) + "</code>";
        if (const auto value = panel.constant()) list += " = " + nlohmann::json(*value).dump();
    }
    std::string html;
    if (!text.empty()) html += "<p class=\"quiet\">The same at every recorded step of every run: " + text + ".</p>\n";
    if (!left_out.empty()) html += "<p class=\"quiet\">Not drawn here, but in series.csv: " + left_out + ".</p>\n";
    return html;
}

}  // namespace

std::string plots_section(const Results& results, const Plots& plots, const std::vector<ToldEvent>& events) {
    const std::vector<PlottedPanel> panels = plotted_panels(plots);
    std::string html = "<section id=\"plots\" data-outcome><h2>What happened</h2>\n";
    html += event_list(results.experiment, events);
    if (assets::uplot_js.empty())
        html +=
            "<p class=\"incomplete\">This build of halfstep has no plots in its pages, because uPlot was not installed "
            "when it was built. Run <code>npm ci</code> in <code>web/</code>, build again, and rebuild this page with "
            "<code>halfstep report</code>. The numbers are all here.</p>\n";
    else
        html +=
            "<noscript><p class=\"incomplete\">The plots need JavaScript; the numbers below do not.</p></noscript>\n";
    if (results.summaries.size() > most_drawn_runs)
        html += "<p class=\"quiet\">The first " + std::to_string(most_drawn_runs) + " of " +
                grouped(static_cast<std::int64_t>(results.summaries.size())) +
                " runs are shown; <code>series.csv</code> and <code>runs.csv</code> have all.</p>\n";
    html += "<div class=\"toolbar\" id=\"toolbar\" hidden></div>\n<div class=\"plots\">\n";
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const SeriesGroup group = panels[i].words.group;
        if (i == 0 || group != panels[i - 1].words.group)
            html += std::string("<h3 class=\"") + (i == 0 ? "visually-hidden" : "group") + "\">" +
                    std::string(group_title(group)) + "</h3>\n";
        html += plot_figure(results, plots, panels[i], i);
    }
    return html + "</div>\n" + constants_line(plots, panels) + "</section>\n";
}

}  // namespace halfstep
