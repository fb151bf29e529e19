// Text to tokens, one at a time.
#pragma once

#include <string_view>

#include "halfstep/formula/ast.hpp"

namespace halfstep::formula {

enum class TokenKind {
    end,      // of the text
    newline,  // where it ends a statement; a ";" too
    number,
    name,
    text,    // "bf16" or 'bf16'
    symbol,  // operators, brackets, "=", "," and ":"
    word,    // if else and or not
};

struct Token {
    TokenKind kind = TokenKind::end;
    TextSpan span = {};
    std::string_view text = {};  // of a text: without its quotes
    double number = 0;

    bool is(std::string_view symbol_or_word) const {
        return (kind == TokenKind::symbol || kind == TokenKind::word) && text == symbol_or_word;
    }
};

class Lexer {
public:
    // Keeps a pointer: `formula` says where errors are.
    explicit Lexer(const Formula& formula) : formula_(&formula), text_(*formula.text) {}

    Token next();

private:
    void skip_blanks();
    bool newline_continues() const;
    Token take(TokenKind kind, std::size_t length);
    Token number();
    Token quoted();
    Token symbol();
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    const Formula* formula_;
    std::string_view text_;
    std::size_t at_ = 0;
    int open_brackets_ = 0;  // ( and [
    Token previous_;
};

bool is_word(std::string_view name);
bool begins_name(char c);
bool continues_name(char c);

}  // namespace halfstep::formula
