#include "halfstep/trace/series_csv.hpp"

#include "halfstep/trace/number.hpp"
#include "row_key.hpp"

namespace halfstep {

SeriesWriter::SeriesWriter(const std::filesystem::path& path, std::string_view run, std::uint64_t seed)
    : file_(path), prefix_(run_prefix(run, seed)) {
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
    expect_columns(reader, series_header);
    while (reader.next()) {
        const auto& fields = reader.fields();
        const SeriesRow row{fields[0], seed_field(reader), step_field(reader), fields[3], number_field(reader, 4)};
        if (row.metric.empty()) reader.fail("the metric has no name");
        take(row);
    }
}

}  // namespace halfstep
