#include "halfstep/trace/series_csv.hpp"

#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {

SeriesWriter::SeriesWriter(const std::filesystem::path& path, std::string_view run, std::uint64_t seed) : file_(path) {
    append_csv_field(prefix_, run);
    (prefix_ += ',') += std::to_string(seed) += ',';
    file_.write(series_header);
}

void SeriesWriter::row(std::int64_t step, std::string_view metric, double value) {
    row_ = prefix_;
    row_ += std::to_string(step);
    row_ += ',';
    append_csv_field(row_, metric);
    row_ += ',';
    append_number(row_, value);
    row_ += '\n';
    file_.write(row_);
}

void SeriesWriter::close() {
    file_.close();
}

void read_series(const std::filesystem::path& path, const std::function<void(const SeriesRow&)>& take) {
    CsvReader reader(path);
    if (reader.header() != std::vector<std::string>{"run", "seed", "step", "metric", "value"})
        reader.fail("expected the columns run,seed,step,metric,value");
    while (reader.next()) {
        const auto& fields = reader.fields();
        const auto seed = parse_unsigned(fields[1]);
        const auto step = parse_integer(fields[2]);
        const auto value = parse_number(fields[4]);
        if (!seed) reader.fail("seed '" + fields[1] + "' is not a whole number");
        if (!step || *step < 0) reader.fail("step '" + fields[2] + "' is not a whole number of at least 0");
        if (!value) reader.fail("value '" + fields[4] + "' is not a number, nan, inf or -inf");
        if (fields[3].empty()) reader.fail("the metric has no name");
        take({fields[0], *seed, *step, fields[3], *value});
    }
}

}  // namespace halfstep
