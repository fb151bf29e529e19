#include "toml_string.hpp"

#include <algorithm>
#include <cstdint>

#include "utf8.hpp"

namespace halfstep {

namespace {

// Walks the written string; `value` counts the bytes it means so far.
class Walk {
public:
    Walk(std::string_view text, const Place& open) : text_(text), place_(open) {
        for (int line = 1; line < open.line && at_ < text_.size(); ++line)
            at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
        for (int column = 1; column < open.column && at_ < text_.size(); ++column) at_ += length();
    }

    Place to(std::size_t offset) {
        const char quote = peek();
        const bool escapes = quote == '"';
        const bool multi_line = peek(1) == quote && peek(2) == quote;
        skip(multi_line ? 3 : 1);
        if (multi_line) skip_newline();
        while (at_ < text_.size()) {
            if (escapes && peek() == '\\' && continues_on_next_line()) {
                skip_blank_lines();
                continue;
            }
            if (value_ >= offset) break;
            if (escapes && peek() == '\\')
                escape();
            else
                character();
        }
        return place_;
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    std::size_t length() const { return std::max<std::size_t>(utf8_length(text_, at_), 1); }

    // The next characters of the text, which mean nothing themselves.
    void skip(std::size_t characters) {
        for (; characters > 0 && at_ < text_.size(); --characters) {
            const bool newline = peek() == '\n';
            at_ += length();
            place_.line += newline ? 1 : 0;
            place_.column = newline ? 1 : place_.column + 1;
        }
    }
    void skip_newline() {
        if (peek() == '\r' && peek(1) == '\n') skip(1);
        if (peek() == '\n') skip(1);
    }

    void character() {
        // toml++ reads CR LF as one line feed.
        if (peek() == '\r' && peek(1) == '\n') skip(1);
        value_ += length();
        skip(1);
    }

    void escape() {
        const char kind = peek(1);
        const int digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        std::uint32_t code = 0;
        for (int i = 0; i < digits; ++i) {
            const char c = peek(2 + std::size_t(i));
            code = code * 16 + std::uint32_t(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        value_ += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        skip(2 + std::size_t(digits));
    }

    // A backslash that ends its line takes the line break and the blanks after it away.
    bool continues_on_next_line() const {
        std::size_t ahead = 1;
        while (peek(ahead) == ' ' || peek(ahead) == '\t' || peek(ahead) == '\r') ++ahead;
        return peek(ahead) == '\n';
    }
    void skip_blank_lines() {
        skip(1);
        while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') skip(1);
    }

    std::string_view text_;
    Place place_;
    std::size_t at_ = 0;
    std::size_t value_ = 0;
};

}  // namespace

Place place_in_string(std::string_view text, const Place& open, std::size_t offset) {
    return Walk(text, open).to(offset);
}

}  // namespace halfstep
