#include <cmath>

#include "halfstep/trace/number.hpp"
#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_open = 12, most_tabled = 400;

std::string list_item(const Experiment& experiment, const ToldEvent& event, std::size_t number) {
    std::string html = "<li data-event=\"" + std::to_string(number) + "\"><span class=\"flag\" aria-hidden=\"true\">" +
                       std::to_string(number + 1) + "</span><p dir=\"auto\"><span class=\"told\">" +
                       escape_html(event.sentence()) + "</span>";
    const std::string others = event.other_seeds(experiment.seeds.size());
    if (!others.empty()) html += " <span class=\"quiet\">" + escape_html(others) + "</span>";
    return html + "</p></li>\n";
}

// Events [begin, end), a heading and a list for each run.
std::string run_lists(const Experiment& experiment, const std::vector<ToldEvent>& events, std::size_t begin,
                      std::size_t end) {
    std::string html;
    for (std::size_t i = begin; i < end; ++i) {
        if (i == begin || events[i].variant != events[i - 1].variant) {
            if (i > begin) html += "</ol>\n";
            html += "<h4>" + run_label(experiment, events[i].variant) + "</h4>\n<ol class=\"of-run\">\n";
        }
        html += list_item(experiment, events[i], i);
    }
    return html + (end > begin ? "</ol>\n" : "");
}

std::string value_or_dash(double value) {
    return std::isnan(value) ? "–" : number_cell(value);
}

std::string place_text(const Event& event) {
    std::string text = event.tensor;
    if (event.index >= 0) text += "[" + std::to_string(event.index) + "]";
    return text.empty() ? "–" : text;
}

std::string operands_text(const Event& event) {
    std::string text;
    for (const EventOperand& operand : event.operands)
        text += (text.empty() ? "" : ", ") + operand.name + " = " + rounded_text(operand.value);
    return text.empty() ? "–" : text;
}

std::string table_row(const Experiment& experiment, const ToldEvent& told, const Occurrence& at, std::size_t number) {
    const Event& event = at.event;
    std::string html = "<tr><th scope=\"row\">" + std::to_string(number + 1) + "</th><td><bdi>" +
                       escape_html(experiment.runs.at(told.variant).run) + "</bdi></td>";
    const auto cell = [&](const std::string& text) { html += "<td><bdi>" + text + "</bdi></td>"; };
    cell(std::to_string(at.seed));
    cell(grouped(event.step));
    cell(escape_html(event.kind));
    cell(event.worker < 0 ? "all" : std::to_string(event.worker));
    cell(escape_html(event.piece.empty() ? "–" : event.piece));
    cell(escape_html(event.role + (event.format.empty() ? "" : " (" + event.format + ")")));
    cell(escape_html(place_text(event)));
    cell(escape_html(event.operation.empty() ? "–" : event.operation));
    cell(escape_html(operands_text(event)));
    for (const double value : {event.exact, event.rounded, event.limit}) cell(value_or_dash(value));
    return html + "</tr>\n";
}

std::string event_table(const Experiment& experiment, const std::vector<ToldEvent>& events) {
    std::string html = "<div class=\"scroll\"><table class=\"numbers\"><thead><tr>";
    for (const char* title : {"", "Run", "Seed", "Step", "Kind", "Worker", "Piece", "Role", "Tensor", "Operation",
                              "Operands", "Exact", "Rounded", "Limit"})
        html += std::string("<th scope=\"col\">") + title + "</th>";
    html += "</tr></thead><tbody>\n";
    std::size_t rows = 0;
    for (std::size_t i = 0; i < events.size(); ++i)
        for (const Occurrence& at : events[i].occurrences)
            if (++rows <= most_tabled) html += table_row(experiment, events[i], at, i);
    html += "</tbody></table></div>\n";
    if (rows > most_tabled)
        html += "<p class=\"quiet\">And " + grouped(static_cast<std::int64_t>(rows - most_tabled)) +
                " more in <code>manifest.json</code>.</p>\n";
    return html;
}

}  // namespace

std::string event_list(const Experiment& experiment, const std::vector<ToldEvent>& events) {
    if (events.empty()) return "";
    const std::size_t open = std::min(events.size(), most_open);
    std::string html =
        "<div class=\"events\" id=\"events\"><h3>First of their kind</h3>\n" + run_lists(experiment, events, 0, open);
    if (events.size() > open)
        html += details("more-events", "And " + std::to_string(events.size() - open) + " more",
                        run_lists(experiment, events, open, events.size()));
    html += details("in-numbers", "Every event in numbers", event_table(experiment, events));
    return html + "</div>\n";
}

}  // namespace halfstep
