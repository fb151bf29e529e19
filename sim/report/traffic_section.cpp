#include <algorithm>

#include "halfstep/trace/number.hpp"
#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

struct Traffic {
    std::string run;
    std::size_t variant = 0;
    double sent = 0, uncompressed = 0;
};

double metric(const RunSummary& summary, std::string_view name) {
    for (const auto& [metric, value] : summary.metrics)
        if (metric == name) return value;
    return 0;
}

// Of each run the first seed: what is sent hardly depends on it.
std::vector<Traffic> traffic_of(const Results& results) {
    std::vector<Traffic> all;
    const std::vector<RunSpec>& runs = results.experiment.runs;
    for (const RunSummary& summary : results.summaries) {
        const double sent = metric(summary, "bytes_sent");
        if (!(sent > 0) || (!all.empty() && all.back().run == summary.run)) continue;
        const auto run = std::find_if(runs.begin(), runs.end(), [&](const RunSpec& r) { return r.run == summary.run; });
        if (run == runs.end()) continue;
        all.push_back({summary.run, std::size_t(run - runs.begin()), sent, metric(summary, "bytes_uncompressed")});
    }
    return all;
}

std::string bytes_text(double bytes) {
    constexpr const char* units[] = {"bytes", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < std::size(units)) bytes /= 1000, ++unit;
    return rounded_text(bytes, 3) + " " + units[unit];
}

std::string factor_text(const Traffic& t) {
    const double factor = t.uncompressed / t.sent;
    return factor >= 1 ? rounded_text(factor, 3) + " times less" : rounded_text(1 / factor, 3) + " times more";
}

}  // namespace

std::string traffic_section(const Results& results) {
    const std::vector<Traffic> all = traffic_of(results);
    if (all.empty()) return {};
    double most = 0;
    for (const Traffic& t : all) most = std::max({most, t.sent, t.uncompressed});
    std::string html =
        "<section id=\"traffic\"><h2>What was sent</h2>\n<p class=\"quiet\">By one worker over the whole run, beside "
        "an "
        "uncompressed all-reduce of every step\u2019s gradient (the outline).</p>\n<div "
        "class=\"scroll\"><table><thead><tr>"
        "<th scope=\"col\">Run</th><th scope=\"col\">Sent</th><th scope=\"col\">Uncompressed</th>"
        "<th scope=\"col\">Factor</th><th scope=\"col\"></th></tr></thead><tbody>\n";
    const auto width = [&](double bytes) { return rounded_text(100 * bytes / most, 4) + "%"; };
    for (const Traffic& t : all)
        html += "<tr><th scope=\"row\">" + run_label(results.experiment, t.variant) + "</th><td>" + bytes_text(t.sent) +
                "</td><td>" + bytes_text(t.uncompressed) + "</td><td>" +
                (t.sent == t.uncompressed ? "the same" : factor_text(t)) +
                "</td><td class=\"traffic\"><div class=\"whole\" style=\"width:" + width(t.uncompressed) +
                "\"></div><div class=\"part\" style=\"width:" + width(t.sent) + "\"></div></td></tr>\n";
    return html + "</tbody></table></div></section>\n";
}

}  // namespace halfstep
