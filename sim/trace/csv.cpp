#include "halfstep/trace/csv.hpp"

#include "halfstep/trace/result_error.hpp"

namespace halfstep {

void append_csv_field(std::string& out, std::string_view field) {
    if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += field;
        return;
    }
    out += '"';
    for (char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

CsvReader::CsvReader(std::filesystem::path path) : path_(std::move(path)), in_(path_, std::ios::binary) {
    if (!in_) throw ResultError(path_, "cannot be opened");
    if (!read_row(header_)) throw ResultError(path_, "is empty");
}

void CsvReader::fail(const std::string& reason) const {
    throw ResultError(path_, row_line_, reason);
}

bool CsvReader::next() {
    if (!read_row(fields_)) return false;
    if (fields_.size() != header_.size())
        fail("found " + std::to_string(fields_.size()) + " fields, expected " + std::to_string(header_.size()));
    return true;
}

// Fields keep their strings between rows, so that reading a long file allocates almost nothing.
bool CsvReader::read_row(std::vector<std::string>& fields) {
    row_line_ = lines_ + 1;
    std::size_t count = 0;
    const auto start_field = [&]() -> std::string& {
        if (count == fields.size()) fields.emplace_back();
        fields[count].clear();
        return fields[count++];
    };
    const auto next_line = [&] {
        if (!std::getline(in_, line_)) return false;
        ++lines_;
        if (in_.eof()) fail("the file ends within a line; it was not written to its end");
        return true;
    };
    if (!next_line()) {
        if (in_.bad()) fail("cannot be read");
        return false;
    }
    std::string* field = &start_field();
    bool quoted = false;   // inside quotes
    bool closed = false;   // after closing quotes: only a comma or the end may follow
    bool started = false;  // the field has characters or quotes
    for (std::size_t i = 0;; ++i) {
        if (i == line_.size()) {
            if (!quoted) break;
            *field += '\n';
            if (!next_line()) fail("a quoted field does not end");
            i = static_cast<std::size_t>(-1);
            continue;
        }
        const char c = line_[i];
        if (quoted) {
            if (c != '"') {
                *field += c;
            } else if (i + 1 < line_.size() && line_[i + 1] == '"') {
                *field += c;
                ++i;
            } else {
                quoted = false;
                closed = true;
            }
        } else if (c == ',') {
            field = &start_field();
            started = closed = false;
        } else if (closed || (c == '"' && started)) {
            fail("a quote stands where none may");
        } else {
            started = true;
            if (c == '"')
                quoted = true;
            else
                *field += c;
        }
    }
    fields.resize(count);
    return true;
}

}  // namespace halfstep
