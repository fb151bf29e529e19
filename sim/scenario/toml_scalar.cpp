#include "toml_scalar.hpp"

#include <cstddef>

namespace halfstep {

namespace {

// Longer than any number that means something; toml++ looks ahead a limited way.
constexpr std::size_t longest_number = 100;

bool is_digit(char c, int base) {
    if (c >= '0' && c <= '9') return c - '0' < base;
    return base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

// Takes digits with single underscores between them off the front; false when there are none.
bool take_digits(std::string_view& word, int base) {
    std::size_t end = 0;
    while (end < word.size() && (is_digit(word[end], base) || (word[end] == '_' && end > 0 && word[end - 1] != '_' &&
                                                               end + 1 < word.size() && is_digit(word[end + 1], base))))
        ++end;
    word.remove_prefix(end);
    return end > 0;
}

bool is_based_integer(std::string_view word, char letter, int base) {
    if (word.size() < 3 || word[0] != '0' || word[1] != letter) return false;
    word.remove_prefix(2);
    return take_digits(word, base) && word.empty();
}

bool is_decimal(std::string_view word) {
    const bool leading_zero = word.size() > 1 && word[0] == '0' && (is_digit(word[1], 10) || word[1] == '_');
    if (leading_zero || !take_digits(word, 10)) return false;
    if (!word.empty() && word.front() == '.') {
        word.remove_prefix(1);
        if (!take_digits(word, 10)) return false;
    }
    if (!word.empty() && (word.front() == 'e' || word.front() == 'E')) {
        word.remove_prefix(1);
        if (!word.empty() && (word.front() == '+' || word.front() == '-')) word.remove_prefix(1);
        if (!take_digits(word, 10)) return false;
    }
    return word.empty();
}

}  // namespace

bool is_scalar(std::string_view word) {
    if (word == "true" || word == "false") return true;
    if (word.empty() || word.size() > longest_number) return false;
    if (is_based_integer(word, 'x', 16) || is_based_integer(word, 'o', 8) || is_based_integer(word, 'b', 2))
        return true;
    if (word.front() == '+' || word.front() == '-') word.remove_prefix(1);
    return word == "inf" || word == "nan" || is_decimal(word);
}

}  // namespace halfstep
