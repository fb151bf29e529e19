// What every row of a table of steps begins with: `run,seed,step`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "halfstep/trace/csv.hpp"

namespace halfstep {

std::string run_prefix(std::string_view run, std::uint64_t seed);  // "run,seed,"

// Throws ResultError at the reader's row unless the columns are these ("run,seed,...\n").
void expect_columns(const CsvReader& reader, std::string_view header);

// Fields of the present row, by column; ResultError at the row when one is no such number.
std::uint64_t seed_field(const CsvReader& reader);  // column 1
std::int64_t step_field(const CsvReader& reader);   // column 2
std::int64_t count_field(const CsvReader& reader, std::size_t column);
double number_field(const CsvReader& reader, std::size_t column);  // nan, inf and -inf are numbers

}  // namespace halfstep
