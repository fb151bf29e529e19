#include "row_key.hpp"

#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

[[noreturn]] void refuse(const CsvReader& reader, std::size_t column, const char* what) {
    reader.fail(reader.header()[column] + " '" + reader.fields()[column] + "' is not " + what);
}

}  // namespace

std::string run_prefix(std::string_view run, std::uint64_t seed) {
    std::string prefix;
    append_csv_field(prefix, run);
    return prefix + ',' + std::to_string(seed) + ',';
}

void expect_columns(const CsvReader& reader, std::string_view header) {
    std::string found;
    for (const std::string& column : reader.header()) append_csv_field(found.empty() ? found : found += ',', column);
    header.remove_suffix(1);
    if (found != header) reader.fail("expected the columns " + std::string(header));
}

std::uint64_t seed_field(const CsvReader& reader) {
    const auto seed = parse_unsigned(reader.fields()[1]);
    if (!seed) refuse(reader, 1, "a whole number");
    return *seed;
}

std::int64_t step_field(const CsvReader& reader) {
    return count_field(reader, 2);
}

std::int64_t count_field(const CsvReader& reader, std::size_t column) {
    const auto count = parse_integer(reader.fields()[column]);
    if (!count || *count < 0) refuse(reader, column, "a whole number of at least 0");
    return *count;
}

double number_field(const CsvReader& reader, std::size_t column) {
    const auto value = parse_number(reader.fields()[column]);
    if (!value) refuse(reader, column, "a number, nan, inf or -inf");
    return *value;
}

}  // namespace halfstep
