#include "halfstep/trace/runs_csv.hpp"

#include <algorithm>

#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {

std::vector<std::string> metric_names(std::span<const RunSummary> summaries) {
    std::vector<std::string> names;
    for (const RunSummary& summary : summaries)
        for (const auto& [name, value] : summary.metrics)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

std::string runs_csv_text(std::span<const RunSummary> summaries) {
    const std::vector<std::string> names = metric_names(summaries);
    std::string text = "run,seed,steps";
    for (const std::string& name : names) append_csv_field(text += ',', name);
    text += ",digest\n";
    for (const RunSummary& summary : summaries) {
        append_csv_field(text, summary.run);
        (text += ',') += std::to_string(summary.seed);
        (text += ',') += std::to_string(summary.steps);
        for (const std::string& name : names) {
            text += ',';
            for (const auto& [metric, value] : summary.metrics)
                if (metric == name) {
                    append_number(text, value);
                    break;
                }
        }
        append_csv_field(text += ',', summary.digest);
        text += '\n';
    }
    return text;
}

std::vector<RunSummary> read_runs(const std::filesystem::path& path) {
    CsvReader reader(path);
    const auto& header = reader.header();
    const std::size_t columns = header.size();
    if (columns < 4 || header[0] != "run" || header[1] != "seed" || header[2] != "steps" ||
        header[columns - 1] != "digest")
        reader.fail("expected the columns run,seed,steps, the metrics, digest");
    std::vector<RunSummary> summaries;
    while (reader.next()) {
        const auto& fields = reader.fields();
        const auto seed = parse_unsigned(fields[1]);
        const auto steps = parse_integer(fields[2]);
        if (!seed) reader.fail("seed '" + fields[1] + "' is not a whole number");
        if (!steps || *steps < 0) reader.fail("steps '" + fields[2] + "' is not a whole number of at least 0");
        RunSummary summary{fields[0], *seed, *steps, false, {}, {}, fields[columns - 1]};
        for (std::size_t i = 3; i + 1 < columns; ++i) {
            if (fields[i].empty()) continue;
            const auto value = parse_number(fields[i]);
            if (!value) reader.fail(header[i] + " '" + fields[i] + "' is not a number, nan, inf or -inf");
            summary.metrics.emplace_back(header[i], *value);
        }
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

}  // namespace halfstep
