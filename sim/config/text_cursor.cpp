#include "text_cursor.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace halfstep {
namespace {

bool is_separator(char c) {
    return c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\n' ||
           c == '\r';
}

// Digits, sign, point, exponent: the longest run of what a number is made of.
std::size_t number_length(std::string_view text) {
    return std::min(text.find_first_not_of("+-.0123456789eE"), text.size());
}

// A number word of Python's json, or nothing.
std::string_view number_word(std::string_view text) {
    for (const std::string_view word : {"-Infinity", "Infinity", "NaN"})
        if (text.substr(0, word.size()) == word) return word;
    return {};
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?, so that nothing but JSON is substituted.
bool is_json_number(std::string_view s) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t first = i;
        while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
        return i - first;
    };
    if (i < s.size() && s[i] == '-') ++i;
    const bool zero = i < s.size() && s[i] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (i < s.size() && s[i] == '.' && (++i, digits() == 0)) return false;
    if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
        ++i;
        if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == s.size();
}

}  // namespace

char TextCursor::current() {
    const char c = text_[at_];
    if (!seen_) {
        seen_ = true;
        if (!in_string_ && !in_token_ && !is_separator(c)) begin_token();
    }
    if (at_ < substituted_until_) return at_ + 1 == substituted_until_ ? '0' : ' ';
    return c;
}

void TextCursor::begin_token() {
    token_ = here_;
    in_token_ = true;
    const std::string_view rest = text_.substr(at_);
    if (const std::string_view word = number_word(rest); !word.empty()) {
        const double infinity = std::numeric_limits<double>::infinity();
        substitute(word.size(), {word == "NaN" ? std::nan("") : word[0] == '-' ? -infinity : infinity, here_});
    } else if (const std::string number(rest.substr(0, number_length(rest)));
               !number.empty() && is_json_number(number) && std::isinf(std::strtod(number.c_str(), nullptr))) {
        const double x = std::strtod(number.c_str(), nullptr);
        const bool integer = number.find_first_of(".eE") == std::string::npos;
        substitute(number.size(), integer ? ConfigNode{BigInteger{x}, here_} : ConfigNode{x, here_});
    }
}

void TextCursor::substitute(std::size_t length, ConfigNode number) {
    substituted_until_ = at_ + length;
    substitute_ = std::move(number);
}

std::optional<ConfigNode> TextCursor::take_substitute() {
    std::optional<ConfigNode> number = std::move(substitute_);
    substitute_.reset();
    return number;
}

void TextCursor::advance() {
    current();
    const char c = text_[at_++];
    seen_ = false;
    if (in_string_) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_string_ = in_token_ = false;
    } else if (c == '"') {
        in_string_ = true;
    } else if (is_separator(c)) {
        in_token_ = false;
    }
    if (c == '\n') {
        ++here_.line;
        here_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) {
        ++here_.column;
    }
}

}  // namespace halfstep
