#include "page.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "assets.hpp"
#include "halfstep/spec/json.hpp"
#include "html_text.hpp"
#include "plot_data.hpp"
#include "series_words.hpp"
#include "tables.hpp"

namespace halfstep {
namespace {

// A page with thirty runs has thirty sentences of one kind; the first few make the point.
std::string notes(const std::vector<std::string>& sentences) {
    constexpr std::size_t most = 6;
    if (sentences.empty()) return "";
    std::string html = "<ul class=\"notes\">";
    for (std::size_t i = 0; i < sentences.size() && i < most; ++i) html += "<li>" + escape_html(sentences[i]) + "</li>";
    if (sentences.size() > most)
        html += "<li>And " + std::to_string(sentences.size() - most) + " more runs likewise.</li>";
    return html + "</ul>\n";
}

std::string header(const Results& results, const std::vector<Verdict>& verdicts) {
    const Experiment& experiment = results.experiment;
    const VerdictCounts counts = count(verdicts);
    std::string html = "<header>\n<p class=\"over\"><code>" + escape_html(experiment.name) + "</code>";
    html += "<a href=\"#verdicts\" data-outcome>" + badge(overall(counts), describe(counts)) + "</a></p>\n";
    if (!experiment.changes.empty())
        html += "<p class=\"incomplete\">Not the scenario as the file has it: changed with <code>" +
                escape_html(experiment.changes) + "</code></p>\n";
    html += "<h1>" + escape_html(experiment.title.empty() ? experiment.name : experiment.title) + "</h1>\n";
    if (!experiment.claim.empty())
        html += "<p class=\"claim\" data-outcome>" + escape_html(experiment.claim) + "</p>\n";
    if (!experiment.source.empty())
        html += "<p class=\"source\">Source: " + escape_and_link(experiment.source) + "</p>\n";
    if (!results.complete()) {
        html += "<p class=\"incomplete\" role=\"alert\"><b>Incomplete.</b> The runs were interrupted; missing are ";
        for (std::size_t i = 0; i < results.missing.size() && i < 12; ++i)
            html += (i > 0 ? "; " : "") + escape_html(results.missing[i].run) + ", seed " +
                    std::to_string(results.missing[i].seed);
        if (results.missing.size() > 12) html += "; and " + std::to_string(results.missing.size() - 12) + " more";
        html += ".</p>\n";
    }
    if (!experiment.predict.empty()) {
        html += "<section class=\"predict\"><details><summary><span class=\"label\">Guess first</span> " +
                escape_html(experiment.predict) + "</summary>\n";
        html += "<p>" +
                escape_html(experiment.teaches.empty() ? "The measurements below answer it." : experiment.teaches) +
                "</p></details>\n<button type=\"button\" id=\"hide-outcome\" hidden>Hide the outcome while "
                "guessing</button>"
                "</section>\n";
    } else if (!experiment.teaches.empty()) {
        html += "<p class=\"teaches\" data-outcome>" + escape_html(experiment.teaches) + "</p>\n";
    }
    return html + "</header>\n";
}

std::string plot_figure(const Results& results, const Plots& plots, const Panel& panel, std::size_t index) {
    const Experiment& experiment = results.experiment;
    const bool drawn = !assets::uplot_js.empty();
    const SeriesWords words = series_words(panel.metric);
    const bool large = panel.metric == "loss" || panel.metric == "loss_scale";
    const std::string id = "plot-" + std::to_string(index);
    std::string html =
        std::string("<figure class=\"") + (large ? "large" : "small") + "\" aria-labelledby=\"" + id + "-title\">\n";
    html += "<figcaption><h3 id=\"" + id + "-title\">" + escape_html(words.title) + "</h3>";
    html += "<button type=\"button\" class=\"y-axis\" data-plot=\"" + std::to_string(index) + "\" hidden></button>";
    if (!words.meaning.empty()) html += "<p>" + escape_html(words.meaning) + "</p>";
    html += "</figcaption>\n<div class=\"plot\" id=\"" + id + "\" role=\"img\" aria-label=\"" +
            escape_html(words.title) + " by step, one curve a run; the table below has the numbers\"></div>\n";
    if (panel.metric == "loss_scale") {
        if (drawn && !plots.skipped.empty()) html += "<p class=\"key\">× a skipped update</p>\n";
        html += notes(skipped_sentences(results));
    }
    if (large) html += notes(not_finite_sentences(experiment, panel));
    if (large && starts_logarithmic(panel)) html += notes(not_positive_sentences(experiment, panel));
    html += std::string("<details class=\"in-numbers\"") + (drawn ? "" : " open") + "><summary>In numbers</summary>\n" +
            curve_table(experiment, panel);
    if (!large) html += notes(not_finite_sentences(experiment, panel));
    return html + "</details>\n</figure>\n";
}

// "Constant in every run: lr = 0.001, ..."
std::string constants_line(const Plots& plots) {
    const auto plotted = plotted_panels(plots);
    std::string text, left_out;
    for (const Panel& panel : plots.panels) {
        if (std::find(plotted.begin(), plotted.end(), &panel) != plotted.end()) continue;
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

std::string plots_section(const Results& results, const Plots& plots) {
    const auto panels = plotted_panels(plots);
    std::string html = "<section id=\"plots\" data-outcome><h2>What happened</h2>\n";
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
    for (std::size_t i = 0; i < panels.size(); ++i) html += plot_figure(results, plots, *panels[i], i);
    return html + "</div>\n" + constants_line(plots) + "</section>\n";
}

std::string details_section(const Results& results) {
    const Experiment& experiment = results.experiment;
    const std::string file = experiment.file.empty() ? experiment.name + ".toml" : experiment.file;
    const std::string changes = experiment.changes.empty() ? "" : " " + experiment.changes;
    std::string html = "<section id=\"repeat\"><h2>Repeat it</h2>\n<pre class=\"command\"><code>halfstep run " +
                       escape_html(file + changes) + "</code></pre>\n";
    html += "<p class=\"quiet\">Every recorded bit has the digest <code>" + results_digest(results) +
            "</code>, on every machine and at every optimisation level. The values are in <code>series.csv</code> and "
            "<code>runs.csv</code> beside this page.</p>\n";
    if (results.experiment.runs.size() > most_drawn_runs)
        return html +
               "<p class=\"quiet\">The resolved specification is in <code>manifest.json</code>.</p>\n</section>\n";
    html +=
        "<details class=\"specification\"><summary>Resolved specification</summary>\n<pre><code>" +
        escape_html(to_json(results.experiment).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) +
        "</code></pre></details>\n</section>\n";
    return html;
}

}  // namespace

std::string document(const std::string& title, const std::string& style, const std::string& body) {
    std::string html =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // The page can ask nobody for anything, whatever a scenario file put into it.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; img-src data:\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n";
    html += "<title>" + escape_html(title) + "</title>\n<style>\n" + asset_in_element(style) +
            "</style>\n</head>\n<body>\n";
    return html + body + "</body>\n</html>\n";
}

std::string report_page(const Results& results, const Plots& plots, const std::vector<Verdict>& verdicts) {
    const Experiment& experiment = results.experiment;
    std::string body =
        "<nav><a href=\"../index.html\">halfstep</a><button type=\"button\" id=\"theme\" "
        "hidden>Dark</button></nav>\n<main>\n";
    body += header(results, verdicts);
    body += plots_section(results, plots);
    body += "<section id=\"verdicts\" data-outcome><h2>Measured and expected</h2>\n" +
            verdict_table(experiment, verdicts) + "</section>\n";
    body +=
        "<section id=\"metrics\" data-outcome><h2>Every run in numbers</h2>\n" + metric_table(results) + "</section>\n";
    body += details_section(results) + "</main>\n";
    body += "<footer><p>halfstep " + escape_html(results.build.version) + ", " + escape_html(results.build.compiler) +
            ", " + escape_html(results.build.build_type) + "</p></footer>\n";
    body += "<script type=\"application/json\" id=\"data\">" + json_in_script(plot_data_json(experiment, plots)) +
            "</script>\n";
    if (!assets::uplot_js.empty()) {
        body += "<script>\n/*\nuPlot, https://github.com/leeoniya/uPlot\n" + asset_in_element(assets::uplot_license) +
                "*/\n" + asset_in_element(assets::uplot_js) + "\n</script>\n";
        body += "<script>\n" + asset_in_element(assets::charts_js) + "</script>\n";
    }
    body += "<script>\n" + asset_in_element(assets::page_js) + "</script>\n";
    const std::string title = (experiment.title.empty() ? experiment.name : experiment.title) + " – halfstep";
    return document(title, std::string(assets::uplot_css) + "\n" + std::string(assets::report_css), body);
}

}  // namespace halfstep
