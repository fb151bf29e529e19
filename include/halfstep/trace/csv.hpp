// Comma-separated values (RFC 4180, newline as "\n"), row by row, strict.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace halfstep {

// Appends a field, in quotes when it holds a comma, a quote, a carriage return or a newline.
void append_csv_field(std::string& out, std::string_view field);

class CsvReader {
public:
    // Opens the file and reads the header row. ResultError when either fails.
    explicit CsvReader(std::filesystem::path path);

    const std::vector<std::string>& header() const { return header_; }
    // The next row in fields(), or false at the end. A row with another number of fields than the
    // header, a stray quote, or a last line that does not end is a ResultError with its line.
    bool next();
    const std::vector<std::string>& fields() const { return fields_; }
    [[noreturn]] void fail(const std::string& reason) const;  // at the current row

private:
    bool read_row(std::vector<std::string>& fields);
    std::filesystem::path path_;
    std::ifstream in_;
    std::string line_;
    std::size_t row_line_ = 0;  // where the current row starts
    std::size_t lines_ = 0;     // lines read
    std::vector<std::string> header_, fields_;
};

}  // namespace halfstep
