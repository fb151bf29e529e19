#include "halfstep/trace/sweep_rows.hpp"

#include <algorithm>

#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

std::optional<double> find_metric(const RunSummary& summary, const std::string& name) {
    for (const auto& [metric, value] : summary.metrics)
        if (metric == name) return value;
    return std::nullopt;
}

std::vector<std::string> columns_of(const Sweep& sweep) {
    std::vector<std::string> columns = {"run", "seed"};
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) columns.push_back(key.key);
    columns.emplace_back("verdict");
    for (const std::string& metric : row_metrics(sweep)) columns.push_back(metric);
    columns.emplace_back("digest");
    return columns;
}

constexpr std::size_t digest_digits = 16;

}  // namespace

std::vector<std::string> row_metrics(const Sweep& sweep) {
    std::vector<std::string> metrics = sweep_metrics();
    metrics.insert(metrics.end(), sweep.metrics.begin(), sweep.metrics.end());
    return metrics;
}

std::string sweep_rows_header(const Sweep& sweep) {
    std::string text;
    for (const std::string& column : columns_of(sweep)) append_csv_field(text.empty() ? text : text += ',', column);
    return text + '\n';
}

std::string sweep_row_text(const SweepRow& row) {
    std::string text;
    append_csv_field(text, row.run);
    (text += ',') += std::to_string(row.seed);
    for (const std::string& value : row.at) append_csv_field(text += ',', value);
    append_csv_field(text += ',', row.verdict);
    for (const auto& metric : row.metrics) {
        text += ',';
        if (metric) append_number(text, *metric);
    }
    return (text += ',') + row.digest + '\n';
}

std::string verdict_of(const Sweep& sweep, const RunSummary& summary) {
    for (const VerdictRule& rule : sweep.verdicts)
        if (const auto value = find_metric(summary, rule.when.metric); value && rule.when.contains(*value))
            return rule.name;
    const auto metric = [&](const char* name) { return find_metric(summary, name); };
    const auto happened = [&](const char* name) { return metric(name).value_or(-1) >= 0; };
    if (!summary.error.empty()) return "raised";
    const auto diverged = metric("diverged");
    if (diverged ? *diverged != 0 : happened("first_nan_step")) return "diverged";
    if (happened("scale_floor_step")) return "scale_floor";
    const auto first = metric("initial_loss"), last = metric("final_loss");
    return first && last && !(*last < *first) ? "stuck" : "trains";
}

std::string verdict_in_row(const Sweep& sweep, std::string_view row) {
    std::size_t column = 2, begin = 0;
    for (const SweepAxis& axis : sweep.axes) column += axis.keys.size();
    bool quoted = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '"') quoted = !quoted;
        if (quoted || (row[i] != ',' && row[i] != '\n')) continue;
        if (column-- == 0) return std::string(row.substr(begin, i - begin));
        begin = i + 1;
    }
    return "";
}

SweepRow make_row(const Sweep& sweep, const RunSummary& summary, std::vector<std::string> at) {
    SweepRow row{summary.run,
                 summary.seed,
                 std::move(at),
                 verdict_of(sweep, summary),
                 {},
                 summary.digest.substr(0, digest_digits)};
    for (const std::string& metric : row_metrics(sweep)) row.metrics.push_back(find_metric(summary, metric));
    return row;
}

SweepRowReader::SweepRowReader(const std::filesystem::path& path, const Sweep& sweep)
    : reader_(path), metrics_(row_metrics(sweep).size()) {
    const std::vector<std::string> columns = columns_of(sweep);
    keys_ = columns.size() - metrics_ - 4;
    if (reader_.header() != columns) reader_.fail("is not of this sweep: its columns are others");
}

bool SweepRowReader::next(SweepRow& row) {
    if (!reader_.next()) return false;
    const auto& fields = reader_.fields();
    const auto seed = parse_unsigned(fields[1]);
    if (!seed) reader_.fail("seed '" + fields[1] + "' is not a whole number");
    row.run = fields[0];
    row.seed = *seed;
    row.at.assign(fields.begin() + 2, fields.begin() + 2 + std::ptrdiff_t(keys_));
    row.verdict = fields[2 + keys_];
    row.metrics.clear();
    for (std::size_t i = 3 + keys_; i < 3 + keys_ + metrics_; ++i) {
        row.metrics.push_back(parse_number(fields[i]));
        if (!fields[i].empty() && !row.metrics.back())
            reader_.fail(reader_.header()[i] + " '" + fields[i] + "' is not a number, nan, inf or -inf");
    }
    row.digest = fields.back();
    return true;
}

std::optional<double> metric_of(const Sweep& sweep, const SweepRow& row, const std::string& metric) {
    const std::vector<std::string> names = row_metrics(sweep);
    const auto found = std::find(names.begin(), names.end(), metric);
    return found == names.end() ? std::nullopt : row.metrics[std::size_t(found - names.begin())];
}

}  // namespace halfstep
