// Expressions: tokens to nodes, by precedence climbing. Statements are parsed on top of it.
#pragma once

#include <optional>

#include "halfstep/formula/parser.hpp"
#include "lexer.hpp"

namespace halfstep::formula {

class ExpressionParser {
public:
    ExpressionParser(std::string key, std::string text);
    ExpressionParser(const ExpressionParser&) = delete;
    ExpressionParser& operator=(const ExpressionParser&) = delete;

    // The whole text as one expression.
    Formula single_expression();

protected:
    // One level of nesting for as long as it lives.
    class Level {
    public:
        Level(ExpressionParser& parser, TextSpan at) : parser_(parser) {
            if (++parser_.depth_ > deepest_nesting) parser_.too_deep(at);
        }
        ~Level() { --parser_.depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        ExpressionParser& parser_;
    };

    void advance() { token_ = lexer_->next(); }
    void skip_newlines();
    std::string found() const;
    [[noreturn]] void too_deep(TextSpan at) const;
    [[noreturn]] void fail_found(const std::string& expected) const;
    // What closes `open`, a bracket of the text.
    void close(std::string_view closing, const Token& open, const std::string& or_else);

    Expression expression();
    NodeId add(Node node);
    TextSpan span_of(NodeId id) const { return formula_[id].span; }

    Formula formula_;
    std::optional<Lexer> lexer_;
    Token token_;

private:
    NodeId binary(int lowest);
    NodeId unary(int lowest);
    NodeId power();
    NodeId postfix();
    bool comma();
    NodeId subscript();
    NodeId primary();
    NodeId call(const Token& name);
    NodeId argument();
    NodeId list();

    int depth_ = 0;
};

// The operator of two operands that is written so; none for other words.
Operator binary_operator(std::string_view spelling);

}  // namespace halfstep::formula
