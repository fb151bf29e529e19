#include <algorithm>

#include "halfstep/report/differences.hpp"
#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

// "mlp trained by onebit_adam, precision fp16, 4 workers, 300 steps"
std::string describe_run(const RunSpec& run) {
    std::string text = run.is_program() ? "plain arithmetic"
                                        : "<code>" + escape_html(run.model.kind) + "</code> trained by <code>" +
                                              escape_html(run.optimizer.kind) + "</code>";
    text += " in <code>" + escape_html(run.preset) + "</code>, ";
    text += grouped(run.workers) + (run.workers == 1 ? " worker, " : " workers, ");
    return text + grouped(run.steps) + (run.steps == 1 ? " step" : " steps");
}

std::string changes(const RunSpec& base, const RunSpec& variant) {
    constexpr std::size_t most = 12;
    const std::vector<Difference> all = differences(base, variant);
    if (all.empty()) return "<span class=\"quiet\">nothing</span>";
    std::string html = "<ul>";
    for (std::size_t i = 0; i < all.size() && i < most; ++i) {
        html += "<li><code>" + escape_html(all[i].key) + "</code> ";
        html += all[i].before.empty() ? "new: " : "<span class=\"before\">" + escape_html(all[i].before) + "</span> → ";
        html += all[i].after.empty() ? "absent" : "<b>" + escape_html(all[i].after) + "</b>";
        html += "</li>";
    }
    if (all.size() > most) html += "<li>and " + std::to_string(all.size() - most) + " more keys</li>";
    return html + "</ul>";
}

std::string run_rows(const Experiment& experiment, std::size_t begin, std::size_t end) {
    std::string html = "<table class=\"runs\"><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">";
    html += begin == 0 ? "What it is" : "What it changes";
    html += "</th></tr></thead><tbody>\n";
    for (std::size_t i = begin; i < end; ++i) {
        html += "<tr><th scope=\"row\">" + run_label(experiment, i) + "</th><td>";
        html += i == 0 ? describe_run(experiment.runs[0]) : changes(experiment.runs[0], experiment.runs[i]);
        html += "</td></tr>\n";
    }
    return html + "</tbody></table>\n";
}

}  // namespace

std::string runs_section(const Experiment& experiment) {
    constexpr std::size_t most_open = 10;
    if (experiment.runs.empty()) return "";
    const std::size_t runs = std::min(most_drawn_runs, experiment.runs.size()), open = std::min(most_open, runs);
    std::string html = "<section id=\"runs\"><h2>The runs</h2>\n" + run_rows(experiment, 0, open);
    if (runs > open)
        html += details("more-runs", std::to_string(runs - open) + " more", run_rows(experiment, open, runs));
    return html + "</section>\n";
}

}  // namespace halfstep
