#include "phase_data.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/report/differences.hpp"
#include "halfstep/spec/wording.hpp"
#include "json_text.hpp"
#include "packed.hpp"
#include "phase_grid.hpp"
#include "phase_words.hpp"

namespace halfstep {
namespace {

const char* scale_name(AxisScale scale) {
    return scale == AxisScale::linear ? "linear" : scale == AxisScale::logarithmic ? "log" : "named";
}

void append_key(std::string& out, const SweepKey& key) {
    out += "{\"key\":" + json_quoted(key.key) + ",\"scale\":\"" + scale_name(key.scale) + "\",\"texts\":";
    append_list(out, key.values, [&](const SweepValue& value) { out += json_quoted(value.text); });
    out += ",\"positions\":";
    append_list(out, key.values, [&](const SweepValue& value) { out += number_text(value.position); });
    out += '}';
}

// One character a run: which verdict, from 'A' on; '-' where the run is missing.
std::string verdict_letters(const std::vector<int>& verdicts) {
    constexpr int most = 26;
    std::string text;
    for (const int verdict : verdicts) text += verdict < 0 ? '-' : char('A' + std::min(verdict, most - 1));
    return text;
}

void append_metric(std::string& out, const PhaseMetric& metric) {
    const PackedValues values = packed_values(metric.values);
    out += "{\"y\":\"" + values.text + '"';
    if (values.wide) out += ",\"wide\":true";
    if (!metric.absent.empty()) out += ",\"absent\":\"" + packed_steps(metric.absent) + '"';
    out += '}';
}

// Swept keys that the variant sets itself, which the command line does not reach.
std::vector<std::string> own_keys(const Phase& phase, const PhaseVariant& variant) {
    std::vector<std::string> own;
    const auto& runs = phase.results.experiment.runs;
    if (variant.run == 0) return own;
    for (const Difference& difference : differences(runs.front(), runs[variant.run]))
        for (const SweepAxis& axis : phase.axes)
            for (const SweepKey& key : axis.keys)
                if (key.key == difference.key) own.push_back(key.key);
    return own;
}

void append_variant(std::string& out, const Phase& phase, const PhaseVariant& variant) {
    out += "\n{\"v\":" + std::to_string(variant.run) +
           ",\"name\":" + json_quoted(phase.results.experiment.runs[variant.run].run) + ",\"knows\":";
    append_list(out, variant.knows, [&](bool knows) { out += knows ? "true" : "false"; });
    out += ",\"own\":";
    append_list(out, own_keys(phase, variant), [&](const std::string& key) { out += json_quoted(key); });
    out += ",\"verdicts\":\"" + verdict_letters(variant.verdicts) + "\",\"first\":";
    // Rows of a complete sweep follow each other; else every run says its own.
    const auto first = variant.rows.empty() ? -1 : variant.rows.front();
    bool in_order = true;
    for (std::size_t i = 0; i < variant.rows.size(); ++i)
        in_order = in_order && variant.rows[i] == first + std::int64_t(i);
    out += std::to_string(in_order ? first : -1);
    if (!in_order && !phase.joined) {
        out += ",\"rows\":";
        append_list(out, variant.rows, [&](std::int64_t row) { out += std::to_string(row); });
    }
    if (phase.joined) out += ",\"split\":\"" + packed_steps(variant.split) + '"';
    out += ",\"metrics\":";
    append_list(out, variant.metrics, [&](const PhaseMetric& metric) { append_metric(out, metric); });
    out += '}';
}

std::string number_or_null(double x) {
    return std::isfinite(x) ? number_text(x) : "null";
}

// {"at": which value of each axis, -1 of the searched one, "s": seed, "value", "fails", "again", "theory"}
void append_search(std::string& out, const BoundaryRow& row, const std::vector<int>& place) {
    out += "\n{\"at\":";
    append_list(out, place, [&](int index) { out += std::to_string(index); });
    out += ",\"s\":\"" + std::to_string(row.seed) + "\",\"value\":" + number_or_null(row.value) +
           ",\"fails\":" + number_or_null(row.fails_at);
    if (!row.monotone) out += ",\"again\":" + number_or_null(row.again_at);
    if (!std::isnan(row.theory)) out += ",\"theory\":" + number_or_null(row.theory);
    out += '}';
}

void append_curve(std::string& out, const Phase& phase, const PhaseGrid& grid, const BoundaryCurve& curve) {
    const BoundarySearch& search = *curve.search;
    int axis = -1;
    for (std::size_t a = 0; a < phase.axes.size(); ++a)
        if (search.swept && axis_name(phase.axes[a]) == search.key.key) axis = int(a);
    out += "\n{\"name\":" + json_quoted(search.name) + ",\"run\":" + json_quoted(curve.run) +
           ",\"axis\":" + std::to_string(axis) + ",\"key\":" + json_quoted(search.key.key) + ",\"scale\":\"" +
           scale_name(search.key.scale) + "\",\"largest\":" + (search.largest ? "true" : "false") +
           ",\"holds\":" + json_quoted(search.holds) + ",\"theory\":" + json_quoted(search.theory) + ",\"range\":[" +
           (search.key.values.empty() ? "null,null"
                                      : number_or_null(search.key.values.front().position) + "," +
                                            number_or_null(search.key.values.back().position)) +
           "],\"searches\":[";
    bool first = true;
    for (const BoundaryRow* row : curve.rows) {
        const auto place = grid.find(row->at);
        if (!place) continue;
        if (!std::exchange(first, false)) out += ',';
        append_search(out, *row, *place);
    }
    out += "]}";
}

}  // namespace

std::string phase_data_json(const Phase& phase) {
    const Experiment& experiment = phase.results.experiment;
    std::string out =
        "{\"file\":" + json_quoted(experiment.file.empty() ? experiment.name + ".toml" : experiment.file) +
        ",\"changes\":" + json_quoted(experiment.changes) + ",\"axes\":";
    append_list(out, phase.axes, [&](const SweepAxis& axis) {
        append_list(out, axis.keys, [&](const SweepKey& key) { append_key(out, key); });
    });
    out += ",\"seeds\":";
    append_list(out, phase.sweep().seeds, [&](std::uint64_t seed) { out += '"' + std::to_string(seed) + '"'; });
    if (phase.joined) out += ",\"joined\":true";
    if (!phase.sweep().theory.empty()) out += ",\"theory\":" + json_quoted(phase.sweep().theory);
    if (!phase.theory.empty()) {
        out += ",\"curve\":";
        append_list(out, phase.theory, [&](double value) { out += number_or_null(value); });
    }
    out += ",\"verdicts\":";
    append_list(out, phase.verdicts, [&](const std::string& verdict) {
        out += "{\"name\":" + json_quoted(verdict) + ",\"doc\":" + json_quoted(verdict_doc(phase.sweep(), verdict)) +
               ",\"count\":" + std::to_string(phase.results.verdicts.at(verdict)) + "}";
    });
    out += ",\"metrics\":";
    append_list(out, phase.metrics, [&](const std::string& metric) { out += json_quoted(metric); });
    out += ",\"variants\":";
    append_list(out, phase.variants, [&](const PhaseVariant& variant) { append_variant(out, phase, variant); });
    out += ",\"boundaries\":";
    const PhaseGrid grid(phase.axes);
    append_list(out, boundary_curves(phase),
                [&](const BoundaryCurve& curve) { append_curve(out, phase, grid, curve); });
    return out + "}";
}

}  // namespace halfstep
