#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"
#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {

std::string repeat_section(const Results& results) {
    const Experiment& experiment = results.experiment;
    const std::string file = experiment.file.empty() ? experiment.name + ".toml" : experiment.file;
    const std::string changes = experiment.changes.empty() ? "" : " " + experiment.changes;
    std::string html = "<section id=\"repeat\"><h2>Repeat it</h2>\n<pre class=\"command\"><code>halfstep run " +
                       escape_html(file + changes) + "</code></pre>\n";
    if (!results.summaries.empty())
        html +=
            "<p class=\"quiet\">Every recorded bit has the digest <code>" + results_digest(results) +
            "</code>, on every machine and at every optimisation level. The values are in <code>series.csv</code> and "
            "<code>runs.csv</code> beside this page.</p>\n";
    if (experiment.runs.size() > most_drawn_runs)
        return html +
               "<p class=\"quiet\">The resolved specification is in <code>manifest.json</code>.</p>\n</section>\n";
    const std::string specification =
        to_json(experiment).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return html +
           details("specification", "Resolved specification",
                   "<pre><code>" + escape_html(specification) + "</code></pre>") +
           "</section>\n";
}

}  // namespace halfstep
