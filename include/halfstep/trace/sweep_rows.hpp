// sweep/runs.csv: one tidy row a run of a sweep, `run,seed`, a column an axis, `verdict`, a column a metric, `digest`.
// An axis the run does not know and a metric it does not have are empty fields; nan and inf are values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/sweep.hpp"
#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

struct SweepRow {
    std::string run;
    std::uint64_t seed = 0;
    std::vector<std::string> at;  // one a key of the axes, in their order
    std::string verdict;
    std::vector<std::optional<double>> metrics;  // in the order of row_metrics()
    std::string digest;                          // the first 16 digits of the run's
    bool operator==(const SweepRow&) const = default;
};

std::vector<std::string> row_metrics(const Sweep& sweep);  // sweep_metrics(), then those the file asks for
std::string sweep_rows_header(const Sweep& sweep);         // with its newline
std::string sweep_row_text(const SweepRow& row);           // with its newline

// The row of a run that ended, and its verdict by the sweep's rules.
SweepRow make_row(const Sweep& sweep, const RunSummary& summary, std::vector<std::string> at);
std::string verdict_of(const Sweep& sweep, const RunSummary& summary);
std::string verdict_in_row(const Sweep& sweep, std::string_view row);  // without reading the rest of the text

// Row by row, so that memory does not grow with their number. ResultError for another file than the sweep's.
class SweepRowReader {
public:
    SweepRowReader(const std::filesystem::path& path, const Sweep& sweep);
    bool next(SweepRow& row);

private:
    CsvReader reader_;
    std::size_t keys_, metrics_;
};

// The metric of a row; nullopt where it has none of that name.
std::optional<double> metric_of(const Sweep& sweep, const SweepRow& row, const std::string& metric);

}  // namespace halfstep
