#include "toml_scan.hpp"

#include <cstdio>

#include "halfstep/spec/wording.hpp"
#include "toml_scalar.hpp"
#include "utf8.hpp"

namespace halfstep {

namespace {

bool is_bare(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

class Scan {
public:
    Scan(std::string_view text, const InputNames& inputs, int set) : text_(text), inputs_(inputs), set_(set) {}

    void document() {
        check_characters();
        int header_depth = 0;
        while (here_.at < text_.size()) {
            skip_blanks();
            if (at_end_of_line()) {
                end_line();
                continue;
            }
            if (peek() == '[')
                header_depth = header();
            else
                key_and_value(header_depth);
            skip_blanks();
            if (!at_end_of_line()) fail("found " + found() + "; accepted: a comment or the end of the line");
            end_line();
        }
    }

private:
    // Whole characters only, and no control characters but tab, line feed and CR before line feed.
    void check_characters() {
        Place place{1, 1, set_};
        for (std::size_t i = 0; i < text_.size();) {
            const auto byte = static_cast<unsigned char>(text_[i]);
            const std::size_t length = utf8_length(text_, i);
            if (length == 0) inputs_.fail(place, "byte " + hex(byte) + " is not UTF-8");
            const bool crlf = byte == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n';
            if ((byte < 0x20 && byte != '\t' && byte != '\n' && !crlf) || byte == 0x7F)
                inputs_.fail(place, "control character " + hex(byte) + " is not accepted in a scenario");
            i += length;
            if (byte == '\n') {
                ++place.line;
                place.column = 1;
            } else {
                ++place.column;
            }
        }
    }

    static std::string hex(unsigned byte) {
        char text[8];
        std::snprintf(text, sizeof text, "0x%02x", byte);
        return text;
    }

    char peek(std::size_t ahead = 0) const { return here_.at + ahead < text_.size() ? text_[here_.at + ahead] : '\0'; }
    bool starts(std::string_view word) const { return text_.substr(here_.at, word.size()) == word; }

    void advance(std::size_t bytes = 1) {
        for (; bytes > 0 && here_.at < text_.size(); --bytes, ++here_.at) {
            if (text_[here_.at] == '\n') {
                ++here_.line;
                here_.line_start = here_.at + 1;
            }
        }
    }

    // A position, whose column is only counted when there is something to report.
    struct Mark {
        std::size_t at = 0;
        int line = 1;
        std::size_t line_start = 0;
    };

    [[noreturn]] void fail_at(const Mark& mark, const std::string& message) const {
        int column = 1;
        for (std::size_t i = mark.line_start; i < mark.at; ++i)
            if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) ++column;
        inputs_.fail({mark.line, column, set_}, message);
    }

    [[noreturn]] void fail(const std::string& message) const { fail_at(here_, message); }

    std::string found() const {
        if (here_.at >= text_.size()) return "the end of the file";
        if (at_end_of_line()) return "the end of the line";
        return in_quotes(text_.substr(here_.at, utf8_length(text_, here_.at)));
    }

    bool at_end_of_line() const {
        return here_.at >= text_.size() || peek() == '\n' || peek() == '\r' || peek() == '#';
    }

    void skip_blanks() {
        while (peek() == ' ' || peek() == '\t') advance();
    }

    // From a comment or line break to the start of the next line.
    void end_line() {
        while (here_.at < text_.size() && peek() != '\n') advance();
        advance();
    }

    void skip_lines() {
        for (skip_blanks(); here_.at < text_.size() && at_end_of_line(); skip_blanks()) end_line();
    }

    int header() {
        const bool list = starts("[[");
        advance(list ? 2 : 1);
        const int depth = key(0) + (list ? 1 : 0);
        const std::string_view closing = list ? "]]" : "]";
        if (!starts(closing)) fail("found " + found() + " in a header; accepted: \".\" or " + in_quotes(closing));
        advance(closing.size());
        return depth;
    }

    // A dotted key and the blanks around it; the depth it leads to.
    int key(int depth) {
        if (++keys_ > most_keys) fail("more than " + std::to_string(most_keys) + " keys and headers");
        for (;;) {
            skip_blanks();
            if (++depth > deepest_nesting) too_deep();
            if (peek() == '"' || peek() == '\'') {
                if (starts("\"\"\"") || starts("'''")) fail("a key is quoted on one line, by one quote on either side");
                string();
            } else if (is_bare(peek())) {
                while (is_bare(peek())) advance();
            } else {
                fail("found " + found() +
                     " where a key is expected; accepted: letters a-z and A-Z, digits, \"_\" and \"-\", or a quoted "
                     "key");
            }
            skip_blanks();
            if (peek() != '.') return depth;
            advance();
        }
    }

    void key_and_value(int depth) {
        depth = key(depth);
        if (peek() != '=') fail("found " + found() + " after a key; accepted: \"=\"");
        advance();
        skip_blanks();
        value(depth);
    }

    void value(int depth) {
        switch (peek()) {
            case '"':
            case '\'':
                string();
                return;
            case '[':
                list(depth + 1);
                return;
            case '{':
                inline_table(depth + 1);
                return;
            default:
                scalar();
        }
    }

    void scalar() {
        const Mark start = here_;
        while (is_bare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') advance();
        const std::string_view word = text_.substr(start.at, here_.at - start.at);
        if (word.empty()) fail("found " + found() + " where a value is expected");
        if (is_scalar(word)) return;
        const bool date = word.front() >= '0' && word.front() <= '9' && word.find_first_of("-:", 1) != word.npos;
        fail_at(start, "found " + in_quotes(word) + (date ? ", which may be a date or time" : "") +
                           "; accepted: a number, true, false, a text in quotes, a list or a table");
    }

    void list(int depth) {
        if (depth > deepest_nesting) too_deep();
        advance();
        for (skip_lines(); peek() != ']'; skip_lines()) {
            value(depth);
            skip_lines();
            if (peek() == ',')
                advance();
            else if (peek() != ']')
                fail("found " + found() + " in a list; accepted: \",\" or \"]\"");
        }
        advance();
    }

    void inline_table(int depth) {
        if (depth > deepest_nesting) too_deep();
        advance();
        skip_blanks();
        if (peek() == '}') return advance();
        for (;;) {
            key_and_value(depth);
            skip_blanks();
            if (peek() == '}') return advance();
            if (peek() != ',')
                fail("found " + found() +
                     " in an inline table; accepted: \",\" or \"}\" (an inline table is one line)");
            advance();
        }
    }

    void string() {
        const Mark start = here_;
        const char quote = peek();
        const bool escapes = quote == '"';
        const std::string multi(3, quote);
        if (starts(multi)) {
            advance(3);
            while (!starts(multi)) {
                if (here_.at >= text_.size()) fail_at(start, "a string that is not closed");
                advance(escapes && peek() == '\\' ? 2 : 1);
            }
            advance(3);
            // Up to two quotes may stand directly before the closing three.
            for (int extra = 0; extra < 2 && peek() == quote; ++extra) advance();
            return;
        }
        advance();
        while (peek() != quote) {
            if (here_.at >= text_.size() || peek() == '\n' || peek() == '\r')
                fail_at(start, "a string that is not closed on its line");
            advance(escapes && peek() == '\\' && peek(1) != '\n' && peek(1) != '\r' ? 2 : 1);
        }
        advance();
    }

    [[noreturn]] void too_deep() const { fail("nested deeper than " + std::to_string(deepest_nesting) + " levels"); }

    std::string_view text_;
    const InputNames& inputs_;
    int set_;
    Mark here_;
    int keys_ = 0;
};

}  // namespace

void scan_toml(std::string_view text, const InputNames& inputs, int set) {
    if (text.size() > largest_file)
        inputs.fail({1, 1, set}, "the file has " + std::to_string(text.size()) + " bytes; accepted: at most " +
                                     std::to_string(largest_file));
    Scan(text, inputs, set).document();
}

}  // namespace halfstep
