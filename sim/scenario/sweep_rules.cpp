#include <algorithm>
#include <cctype>

#include "halfstep/spec/wording.hpp"
#include "sweep_parser.hpp"
#include "sweep_sections.hpp"

namespace halfstep {

void SweepParser::choose_runs(const Configured& section, const Tree& table) {
    std::vector<std::string> names;
    for (const RunTree& run : all_) names.push_back(run.name);
    sweep_.runs = section.texts("runs");
    if (sweep_.runs.empty()) sweep_.runs = names;
    for (const std::string& name : sweep_.runs) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end())
            reader_.fail(table.find("runs")->place, "sweep.runs", unknown_name("run", name, names));
        if (std::count(sweep_.runs.begin(), sweep_.runs.end(), name) > 1)
            reader_.fail(table.find("runs")->place, "sweep.runs", in_quotes(name) + " is listed twice");
        swept_.push_back(all_[std::size_t(found - names.begin())]);
        swept_specs_.push_back(&specs_[std::size_t(found - names.begin())]);
    }
}

void SweepParser::check_metric(const std::string& metric, const Place& place, const std::string& path) const {
    std::vector<std::string> known;
    for (const RunSpec* spec : swept_specs_) {
        if (has_metric(*spec, metric)) return;
        for (const std::string& name : metrics_of(*spec))
            if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
    }
    reader_.fail(place, path, unknown_name("metric", metric, known));
}

void SweepParser::read_rules(const Tree* list) {
    for (const Tree* table : reader_.read_tables(list, "sweep.verdict")) {
        const std::string path = "sweep.verdict[" + std::to_string(sweep_.verdicts.size()) + "]";
        const Configured one = reader_.read(table, table->place, verdict_rule_section(), path);
        VerdictRule rule{one.text("name"), {one.text("metric"), {}, {}, {}, {}, {}}};
        const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; };
        if (rule.name.empty() || rule.name.size() > 40 || !std::all_of(rule.name.begin(), rule.name.end(), word))
            reader_.fail(table->find("name")->place, path + ".name",
                         "found " + in_quotes(rule.name) + "; accepted: a word of letters, digits, \"_\" and \"-\"");
        check_metric(rule.when.metric, table->find("metric")->place, path + ".metric");
        const auto bound = [&](const char* name) {
            return one.has(name) ? std::optional(one.number(name)) : std::nullopt;
        };
        rule.when.equals = bound("equals"), rule.when.below = bound("below"), rule.when.above = bound("above");
        rule.when.at_most = bound("at_most"), rule.when.at_least = bound("at_least");
        if (rule.when.describe().empty())
            reader_.fail(table->place, path,
                         "nothing to compare with; accepted: one or more of equals, below, above, "
                         "at_most, at_least");
        sweep_.verdicts.push_back(std::move(rule));
    }
}

void SweepParser::read_metrics(const Configured& section, const Tree& table) {
    for (const std::string& metric : section.texts("metrics")) {
        check_metric(metric, table.find("metrics")->place, "sweep.metrics");
        add_metric(metric);
    }
    // What expectations about points speak of has a column.
    const Tree* expectations = source_->base.find("expect");
    if (!expectations || !expectations->list()) return;
    for (const Tree& expectation : *expectations->list()) {
        const Tree* metric = expectation.table() && expectation.find("at") ? expectation.find("metric") : nullptr;
        if (!metric || !metric->text()) continue;
        for (const RunSpec* spec : swept_specs_)
            if (has_metric(*spec, *metric->text())) add_metric(*metric->text());
    }
}

void SweepParser::add_metric(const std::string& metric) {
    const auto has = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), metric) != list.end();
    };
    if (!has(sweep_metrics()) && !has(sweep_.metrics)) sweep_.metrics.push_back(metric);
}

void SweepParser::read_kept(const Tree* series) {
    if (!series) return;
    if (series->text() && (*series->text() == "all" || *series->text() == "none")) {
        if (*series->text() == "all") sweep_.kept_series.push_back({});
        return;
    }
    if (!series->list())
        reader_.fail(series->place, "sweep.series",
                     "found " + describe(*series) +
                         "; accepted: \"none\", \"all\", a list of points as in [{ \"optimizer.lr\" = 0.1 }]");
    for (const Tree* table : reader_.read_tables(series, "sweep.series"))
        sweep_.kept_series.push_back(read_sweep_point(reader_, *table, sweep_, "sweep.series"));
}

}  // namespace halfstep
