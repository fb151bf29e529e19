#include "page.hpp"

#include "assets.hpp"
#include "html_text.hpp"
#include "phase_data.hpp"
#include "plot_data.hpp"
#include "sections.hpp"
#include "tables.hpp"

namespace halfstep {
namespace {

std::string script(std::string_view program) {
    return "<script>\n" + asset_in_element(program) + "</script>\n";
}

std::string json_script(std::string_view id, std::string json) {
    return "<script type=\"application/json\" id=\"" + std::string(id) + "\">" + json_in_script(std::move(json)) +
           "</script>\n";
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

std::string report_page(const ReportData& data) {
    const Experiment& experiment = data.results.experiment;
    const std::vector<ToldEvent> events = tell_events(data.results);
    std::string body =
        "<nav><a href=\"../index.html\">halfstep</a><span><button type=\"button\" id=\"large-type\" hidden>Large "
        "type</button> <button type=\"button\" id=\"theme\" hidden>Dark</button></span></nav>\n<main>\n";
    body += header_section(data.results, data.verdicts);
    body += runs_section(experiment);
    if (data.phase) body += phase_section(*data.phase);
    const bool has_runs = !data.phase || !data.results.summaries.empty();
    if (has_runs) body += plots_section(data.results, data.plots, events);
    body += tensors_section(experiment, data.tensors);
    body += traffic_section(data.results);
    body += "<section id=\"verdicts\" data-outcome><h2>Measured and expected</h2>\n" +
            verdict_table(experiment, data.verdicts) + "</section>\n";
    if (has_runs)
        body += "<section id=\"metrics\" data-outcome><h2>Every run in numbers</h2>\n" + metric_table(data.results) +
                "</section>\n";
    body += repeat_section(data.results) + "</main>\n";
    const BuildInfo& build = data.results.build;
    body += "<footer><p>halfstep " + escape_html(build.version) + ", " + escape_html(build.compiler) + ", " +
            escape_html(build.build_type) + "</p></footer>\n";
    body += script(assets::common_js);
    if (!assets::uplot_js.empty()) {
        body += json_script("data", plot_data_json(experiment, data.plots, events));
        if (!data.tensors.maps.empty()) body += json_script("map-data", map_data_json(experiment, data.tensors));
        if (data.phase) {
            body += json_script("phase-data", phase_data_json(*data.phase));
            body += json_script("phase-curves", data.phase_curves);
        }
        body += "<script>\n/*\nuPlot, https://github.com/leeoniya/uPlot\n" + asset_in_element(assets::uplot_license) +
                "*/\n" + asset_in_element(assets::uplot_js) + "\n</script>\n";
        body += script(assets::plots_js);
    }
    const std::string title = (experiment.title.empty() ? experiment.name : experiment.title) + " – halfstep";
    return document(title, std::string(assets::uplot_css) + "\n" + std::string(assets::report_css), body);
}

}  // namespace halfstep
