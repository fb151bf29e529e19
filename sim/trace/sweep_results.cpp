#include "halfstep/trace/sweep_results.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiment_json.hpp"
#include "halfstep/spec/json.hpp"
#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "summary_json.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> boundary_columns(const Sweep& sweep) {
    std::vector<std::string> columns = {"boundary", "run", "seed"};
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) columns.push_back(key.key);
    columns.insert(columns.end(), {"value", "fails_at", "runs", "monotone", "again_at", "theory"});
    return columns;
}

// NaN is "there is none" in these columns.
void append_optional(std::string& text, double x) {
    text += ',';
    if (!std::isnan(x)) append_number(text, x);
}

std::vector<BoundaryRow> read_boundary_rows(const fs::path& path, const Sweep& sweep) {
    std::vector<BoundaryRow> rows;
    if (sweep.boundaries.empty()) return rows;
    CsvReader reader(path);
    const std::vector<std::string> columns = boundary_columns(sweep);
    if (reader.header() != columns) reader.fail("is not of this sweep: its columns are others");
    const std::size_t keys = columns.size() - 9;
    while (reader.next()) {
        const auto& fields = reader.fields();
        const auto number = [&](std::size_t i) {
            if (fields[i].empty()) return std::nan("");
            const auto value = parse_number(fields[i]);
            if (!value) reader.fail(columns[i] + " '" + fields[i] + "' is not a number");
            return *value;
        };
        const auto seed = parse_unsigned(fields[2]);
        if (!seed) reader.fail("seed '" + fields[2] + "' is not a whole number");
        if (std::none_of(sweep.boundaries.begin(), sweep.boundaries.end(),
                         [&](const BoundarySearch& search) { return search.name == fields[0]; }))
            reader.fail("the sweep searches no boundary '" + fields[0] + "'");
        const auto runs = parse_integer(fields[5 + keys]);
        if (!runs) reader.fail("runs '" + fields[5 + keys] + "' is not a whole number");
        BoundaryRow row{fields[0], fields[1], *seed, {}, 0, 0, *runs, true, 0, 0};
        row.at.assign(fields.begin() + 3, fields.begin() + 3 + std::ptrdiff_t(keys));
        row.value = number(3 + keys);
        row.fails_at = number(4 + keys);
        row.monotone = fields[6 + keys] == "true";
        row.again_at = number(7 + keys);
        row.theory = number(8 + keys);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

fs::path sweep_folder(const fs::path& results_folder) {
    return results_folder / "sweep";
}

bool has_sweep(const fs::path& results_folder) {
    return fs::exists(sweep_folder(results_folder) / "sweep.json");
}

std::string boundary_csv_text(const SweepResults& results) {
    std::string text;
    for (const std::string& column : boundary_columns(*results.experiment.sweep))
        append_csv_field(text.empty() ? text : text += ',', column);
    text += '\n';
    for (const BoundaryRow& row : results.boundaries) {
        append_csv_field(text, row.boundary);
        append_csv_field(text += ',', row.run);
        (text += ',') += std::to_string(row.seed);
        for (const std::string& value : row.at) append_csv_field(text += ',', value);
        append_optional(text, row.value);
        append_optional(text, row.fails_at);
        (text += ',') += std::to_string(row.runs);
        text += row.monotone ? ",true" : ",false";
        append_optional(text, row.again_at);
        append_optional(text, row.theory);
        text += '\n';
    }
    return text;
}

std::string sweep_json_text(const SweepResults& results) {
    Json verdicts = Json::object();
    for (const auto& [name, count] : results.verdicts) verdicts[name] = count;
    return json_text({{"complete", results.complete},
                      {"rows", results.rows},
                      {"digest", results.digest},
                      {"verdicts", verdicts},
                      {"build",
                       {{"version", results.build.version},
                        {"compiler", results.build.compiler},
                        {"build_type", results.build.build_type},
                        {"flags", results.build.flags}}},
                      {"experiment", to_json(results.experiment)}});
}

SweepResults read_sweep(const fs::path& results_folder) {
    const fs::path folder = sweep_folder(results_folder), path = folder / "sweep.json";
    SweepResults results;
    try {
        const Json json = Json::parse(read_file(path));
        json.at("complete").get_to(results.complete);
        json.at("rows").get_to(results.rows);
        json.at("digest").get_to(results.digest);
        for (const auto& [name, count] : json.at("verdicts").items()) results.verdicts[name] = count;
        const Json& build = json.at("build");
        results.build = {build.at("version").get<std::string>(), build.at("compiler").get<std::string>(),
                         build.at("build_type").get<std::string>(), build.at("flags").get<std::string>()};
        results.experiment = read_experiment(json.at("experiment"));
        if (!results.experiment.sweep) throw std::invalid_argument("no sweep in it");
    } catch (const ResultError&) {
        throw;
    } catch (const std::exception& error) {
        throw ResultError(path, std::string("is damaged: ") + error.what());
    }
    results.boundaries = read_boundary_rows(folder / "boundary.csv", *results.experiment.sweep);
    return results;
}

}  // namespace halfstep
