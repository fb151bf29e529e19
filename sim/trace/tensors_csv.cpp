#include "halfstep/trace/tensors_csv.hpp"

#include <cmath>
#include <limits>

#include "halfstep/trace/number.hpp"
#include "row_key.hpp"
#include "tensor_rows.hpp"

namespace halfstep {
namespace {

// Empty where the number does not exist.
void append_optional(std::string& row, double value) {
    row += ',';
    if (!std::isnan(value)) append_number(row, value);
}

double optional_field(const CsvReader& reader, std::size_t column) {
    if (reader.fields()[column].empty()) return std::numeric_limits<double>::quiet_NaN();
    const double value = number_field(reader, column);
    if (!(value >= 0)) reader.fail(reader.header()[column] + " '" + reader.fields()[column] + "' is not a magnitude");
    return value;
}

void check_names(const CsvReader& reader) {
    if (reader.fields()[3].empty()) reader.fail("the role has no name");
    if (reader.fields()[4].empty()) reader.fail("the tensor has no name");
}

}  // namespace

TensorRows::TensorRows(std::string_view run, std::uint64_t seed) : prefix_(run_prefix(run, seed)) {}

void TensorRows::describe(std::int64_t step, const TensorStats& stats) {
    key_ = prefix_;
    key_ += std::to_string(step);
    append_csv_field(key_ += ',', stats.role);
    append_csv_field(key_ += ',', stats.tensor);

    tensor_ = key_;
    for (const std::int64_t count : {stats.count, stats.zeros, stats.subnormals, stats.infinities, stats.nans,
                                     stats.overflows, stats.underflows, stats.unchanged})
        (tensor_ += ',') += std::to_string(count);
    for (const double value : {stats.min_abs, stats.max_abs, stats.rms}) append_optional(tensor_, value);
    tensor_ += '\n';

    exponents_.clear();
    for (const auto& [exponent, count] : stats.exponents) {
        exponents_ += key_;
        (exponents_ += ',') += std::to_string(exponent);
        (exponents_ += ',') += std::to_string(count);
        exponents_ += '\n';
    }
}

TensorsWriter::TensorsWriter(const std::filesystem::path& tensors, const std::filesystem::path& exponents,
                             std::string_view run, std::uint64_t seed)
    : tensors_(tensors), exponents_(exponents), rows_(std::make_unique<TensorRows>(run, seed)) {
    tensors_.write(tensors_header);
    exponents_.write(exponents_header);
}

TensorsWriter::~TensorsWriter() = default;

void TensorsWriter::row(std::int64_t step, const TensorStats& stats) {
    rows_->describe(step, stats);
    tensors_.write(rows_->tensor());
    exponents_.write(rows_->exponents());
}

void TensorsWriter::close() {
    tensors_.close();
    exponents_.close();
}

void read_tensors(const std::filesystem::path& path, const std::function<void(const TensorRow&)>& take) {
    CsvReader reader(path);
    expect_columns(reader, tensors_header);
    TensorStats stats;
    while (reader.next()) {
        const auto& fields = reader.fields();
        check_names(reader);
        stats.role = fields[3];
        stats.tensor = fields[4];
        std::size_t column = 5;
        for (std::int64_t* count : {&stats.count, &stats.zeros, &stats.subnormals, &stats.infinities, &stats.nans,
                                    &stats.overflows, &stats.underflows, &stats.unchanged})
            *count = count_field(reader, column++);
        for (double* value : {&stats.min_abs, &stats.max_abs, &stats.rms}) *value = optional_field(reader, column++);
        for (const std::int64_t part : {stats.zeros, stats.subnormals, stats.infinities, stats.nans, stats.unchanged})
            if (part > stats.count) reader.fail("more values are counted than there are");
        take({fields[0], seed_field(reader), step_field(reader), stats});
    }
}

void read_exponents(const std::filesystem::path& path, const std::function<void(const ExponentRow&)>& take) {
    CsvReader reader(path);
    expect_columns(reader, exponents_header);
    while (reader.next()) {
        const auto& fields = reader.fields();
        check_names(reader);
        const auto exponent = parse_integer(fields[5]);
        // Of a binary64 number, subnormal ones included.
        if (!exponent || *exponent < -1074 || *exponent > 1023)
            reader.fail("exponent '" + fields[5] + "' is not a whole number between -1074 and 1023");
        take({fields[0], seed_field(reader), step_field(reader), fields[3], fields[4], static_cast<int>(*exponent),
              count_field(reader, 6)});
    }
}

}  // namespace halfstep
