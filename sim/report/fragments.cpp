#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {

std::string run_label(const Experiment& experiment, std::size_t variant) {
    return "<span class=\"run-label\"><i class=\"swatch\" data-variant=\"" + std::to_string(variant) + "\"></i><bdi>" +
           escape_html(experiment.runs.at(variant).run) + "</bdi></span>";
}

std::string notes(const std::vector<std::string>& sentences) {
    constexpr std::size_t most = 6;
    if (sentences.empty()) return "";
    std::string html = "<ul class=\"notes\">";
    for (std::size_t i = 0; i < sentences.size() && i < most; ++i)
        html += "<li><bdi>" + escape_html(sentences[i]) + "</bdi></li>";
    if (sentences.size() > most)
        html += "<li>And " + std::to_string(sentences.size() - most) + " more runs likewise.</li>";
    return html + "</ul>\n";
}

std::string details(std::string_view css_class, std::string_view summary, const std::string& content, bool open) {
    std::string html = "<details class=\"" + std::string(css_class) + "\"" + (open ? " open" : "") + "><summary>" +
                       std::string(summary) + "</summary>\n";
    return html + content + "</details>\n";
}

}  // namespace halfstep
