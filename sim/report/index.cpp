#include <algorithm>
#include <vector>

#include "assets.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/report/verdict.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/results.hpp"
#include "html_text.hpp"
#include "page.hpp"
#include "tables.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

// A folder's name as a part of an address.
std::string address_of(const std::string& name) {
    std::string out;
    for (const unsigned char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.';
        if (plain) {
            out += static_cast<char>(c);
        } else {
            out += '%';
            out += "0123456789ABCDEF"[c >> 4];
            out += "0123456789ABCDEF"[c & 15];
        }
    }
    return out;
}

std::string runs_in_words(const Results& results) {
    const std::size_t runs = results.experiment.runs.size(), seeds = results.experiment.seeds.size();
    std::string text = std::to_string(runs) + (runs == 1 ? " run" : " runs");
    if (seeds > 1) text += ", " + std::to_string(seeds) + " seeds each";
    if (!results.complete()) text += ", incomplete";
    return text;
}

struct Entry {
    std::string html;
    Outcome outcome = Outcome::not_judged;
};

Entry entry_of(const fs::path& folder) {
    const std::string name = folder.filename().string();
    try {
        const Results results = read_results(folder);
        const Experiment& experiment = results.experiment;
        const VerdictCounts counts = count(judge(experiment, results.summaries));
        const bool has_page = fs::exists(folder / "report.html");
        std::string html = "<li><div class=\"words\"><p class=\"over\"><code>" + escape_html(name) + "</code>" +
                           badge(overall(counts), describe(counts)) + "</p>\n<h2>";
        if (has_page) html += "<a href=\"" + address_of(name) + "/report.html\">";
        html += escape_html(experiment.title.empty() ? name : experiment.title);
        html += has_page ? "</a></h2>\n" : "</h2>\n";
        if (!experiment.claim.empty()) html += "<p>" + escape_html(experiment.claim) + "</p>\n";
        html += "<p class=\"quiet\">" + runs_in_words(results) +
                (has_page ? "" : "; no page yet, make it with <code>halfstep report</code>") + "</p></div>\n";
        if (fs::exists(folder / "thumbnail.svg")) html += read_file(folder / "thumbnail.svg");
        return {html + "</li>\n", overall(counts)};
    } catch (const ResultError& error) {
        return {"<li><div class=\"words\"><p class=\"over\"><code>" + escape_html(name) +
                    "</code></p>\n<p class=\"incomplete\">" + escape_html(error.what()) + "</p></div></li>\n",
                Outcome::failed};
    }
}

std::string summary_line(const std::vector<Entry>& entries) {
    const auto number = [&](Outcome outcome) {
        return std::count_if(entries.begin(), entries.end(),
                             [&](const Entry& entry) { return entry.outcome == outcome; });
    };
    const auto failed = number(Outcome::failed), open = number(Outcome::not_judged);
    std::string text = std::to_string(entries.size()) + (entries.size() == 1 ? " scenario" : " scenarios");
    if (failed > 0) text += ", " + std::to_string(failed) + " with an expectation that failed";
    if (open > 0) text += ", " + std::to_string(open) + " not fully judged";
    if (failed == 0 && open == 0) text += ", every expectation held";
    return text;
}

}  // namespace

void write_index(const fs::path& out) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(out, error))
        if (entry.is_directory() && fs::exists(entry.path() / "manifest.json")) folders.push_back(entry.path());
    if (error) throw ResultError(out, "cannot be read: " + error.message());
    std::sort(folders.begin(), folders.end());
    std::vector<Entry> entries;
    for (const fs::path& folder : folders) entries.push_back(entry_of(folder));

    std::string body =
        "<nav><span>halfstep</span><button type=\"button\" id=\"theme\" hidden>Dark</button></nav>\n<main>\n"
        "<header><h1>Scenarios</h1>\n<p class=\"claim\">" +
        summary_line(entries) + ".</p></header>\n<ul class=\"scenarios\">\n";
    for (const Entry& entry : entries) body += entry.html;
    body += "</ul>\n</main>\n<script>\n" + asset_in_element(assets::common_js) + "</script>\n";
    write_file(out / "index.html", document("halfstep scenarios", std::string(assets::report_css), body));
}

}  // namespace halfstep
