#include "lexer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "halfstep/formula/parser.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

constexpr std::array<std::string_view, 5> words = {"if", "else", "and", "or", "not"};

// Longest first, so that "<=" is not read as "<" and "=".
constexpr std::array<std::string_view, 29> symbols = {"+=", "-=", "*=", "/=", "<=", ">=", "==", "!=", "+", "-",
                                                      "*",  "/",  "^",  "@",  "<",  ">",  "=",  "(",  ")", "[",
                                                      "]",  "{",  "}",  ",",  ":",  "&&", "||", "!",  "%"};

// Longer than any number that means something.
constexpr std::size_t longest_number = 100;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Digits, a point and more digits, an exponent: 3, 0.5, 1e-3.
bool is_number(std::string_view word) {
    const auto digits = [&] {
        const auto end = std::find_if_not(word.begin(), word.end(), is_digit);
        const bool any = end != word.begin();
        word.remove_prefix(static_cast<std::size_t>(end - word.begin()));
        return any;
    };
    if (!digits()) return false;
    if (!word.empty() && word.front() == '.') {
        word.remove_prefix(1);
        if (!digits()) return false;
    }
    if (!word.empty() && (word.front() == 'e' || word.front() == 'E')) {
        word.remove_prefix(1);
        if (!word.empty() && (word.front() == '+' || word.front() == '-')) word.remove_prefix(1);
        if (!digits()) return false;
    }
    return word.empty();
}

}  // namespace

bool is_word(std::string_view name) {
    return std::find(words.begin(), words.end(), name) != words.end();
}
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_name(char c) {
    return begins_name(c) || is_digit(c);
}

bool is_name(std::string_view word) {
    return !word.empty() && begins_name(word.front()) && std::all_of(word.begin(), word.end(), continues_name) &&
           !is_word(word);
}

// After an operator or a comma, and between brackets, the statement goes on.
bool Lexer::newline_continues() const {
    if (open_brackets_ > 0) return true;
    if (previous_.kind == TokenKind::word) return true;
    return previous_.kind == TokenKind::symbol && previous_.text != ")" && previous_.text != "]" &&
           previous_.text != "{" && previous_.text != "}";
}

void Lexer::skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '#') {
            at_ = std::min(text_.find('\n', at_), text_.size());
            if (at_ == text_.size()) return;
        }
        if (text_[at_] == '\n' && !newline_continues()) return;
        if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r' && text_[at_] != '\n') return;
    }
}

Token Lexer::take(TokenKind kind, std::size_t length) {
    Token token{kind, {at_, at_ + length}, text_.substr(at_, length)};
    at_ += length;
    return token;
}

Token Lexer::number() {
    std::size_t length = 0;
    while (continues_name(peek(length)) || peek(length) == '.' ||
           ((peek(length) == '+' || peek(length) == '-') && length > 0 &&
            (peek(length - 1) == 'e' || peek(length - 1) == 'E')))
        ++length;
    Token token = take(TokenKind::number, length);
    if (!is_number(token.text))
        formula_->fail(token.span, "found " + in_quotes(token.text) + "; a number is written as 3, 0.5 or 1e-3");
    if (token.text.size() > longest_number)
        formula_->fail(token.span, "a number of more than " + std::to_string(longest_number) + " characters");
    token.number = std::strtod(std::string(token.text).c_str(), nullptr);
    if (!std::isfinite(token.number))
        formula_->fail(token.span, in_quotes(token.text) + " is larger than the largest binary64 number");
    return token;
}

Token Lexer::quoted() {
    const char quote = peek();
    std::size_t length = 1;
    while (at_ + length < text_.size() && peek(length) != quote && peek(length) != '\n') ++length;
    if (peek(length) != quote) formula_->fail({at_, at_ + 1}, "a text that is not closed on its line");
    Token token = take(TokenKind::text, length + 1);
    token.text = token.text.substr(1, length - 1);
    return token;
}

Token Lexer::symbol() {
    const auto found = std::find_if(symbols.begin(), symbols.end(),
                                    [&](std::string_view s) { return text_.substr(at_, s.size()) == s; });
    if (found == symbols.end()) {
        std::size_t length = 1;
        while ((static_cast<unsigned char>(peek(length)) & 0xC0) == 0x80) ++length;
        formula_->fail({at_, at_ + length}, "found " + in_quotes(text_.substr(at_, length)) +
                                                ", which means nothing in a formula; accepted: names, numbers, "
                                                "+ - * / ^ @, comparisons, brackets");
    }
    Token token = take(TokenKind::symbol, found->size());
    if (token.text == "&&" || token.text == "||" || token.text == "!")
        formula_->fail(token.span, "found " + in_quotes(token.text) + "; write " +
                                       (token.text == "&&"   ? "and"
                                        : token.text == "||" ? "or"
                                                             : "not"));
    if (token.text == "%")
        formula_->fail(token.span,
                       "found \"%\"; formulas have no remainder, but mod(a, b) in constants and conditions");
    if (token.text == "(" || token.text == "[") ++open_brackets_;
    if ((token.text == ")" || token.text == "]") && open_brackets_ > 0) --open_brackets_;
    return token;
}

Token Lexer::next() {
    skip_blanks();
    const char c = peek();
    if (at_ >= text_.size()) {
        previous_ = {TokenKind::end, {text_.size(), text_.size()}, {}};
    } else if (c == '\n' || c == ';') {
        previous_ = take(TokenKind::newline, 1);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        previous_ = number();
    } else if (begins_name(c)) {
        std::size_t length = 1;
        while (continues_name(peek(length))) ++length;
        previous_ = take(is_word(text_.substr(at_, length)) ? TokenKind::word : TokenKind::name, length);
    } else if (c == '"' || c == '\'') {
        previous_ = quoted();
    } else {
        previous_ = symbol();
    }
    return previous_;
}

}  // namespace halfstep::formula
