#include "expression_parser.hpp"

#include <array>
#include <utility>

#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

struct BinaryOperator {
    std::string_view spelling;
    Operator op;
    int level;  // the tighter, the larger
};

constexpr int comparison_level = 3, not_level = 3, lowest_level = 1;
constexpr std::array<BinaryOperator, 13> binary_operators = {{
    {"or", Operator::logical_or, 1},
    {"and", Operator::logical_and, 2},
    {"<", Operator::less, comparison_level},
    {"<=", Operator::less_equal, comparison_level},
    {">", Operator::greater, comparison_level},
    {">=", Operator::greater_equal, comparison_level},
    {"==", Operator::equal, comparison_level},
    {"!=", Operator::not_equal, comparison_level},
    {"+", Operator::add, 4},
    {"-", Operator::subtract, 4},
    {"*", Operator::multiply, 5},
    {"/", Operator::divide, 5},
    {"@", Operator::matrix_product, 5},
}};

const BinaryOperator* find_operator(const Token& token) {
    for (const BinaryOperator& b : binary_operators)
        if (token.is(b.spelling)) return &b;
    return nullptr;
}

}  // namespace

Operator binary_operator(std::string_view spelling) {
    for (const BinaryOperator& b : binary_operators)
        if (b.spelling == spelling) return b.op;
    return Operator::none;
}

ExpressionParser::ExpressionParser(std::string key, std::string text) {
    formula_.key = std::move(key);
    formula_.text = std::make_shared<const std::string>(std::move(text));
    if (formula_.text->size() > largest_formula)
        formula_.fail({}, "a formula of " + std::to_string(formula_.text->size()) + " bytes; accepted: at most " +
                              std::to_string(largest_formula));
    lexer_.emplace(formula_);
    advance();
}

Formula ExpressionParser::single_expression() {
    skip_newlines();
    Statement statement;
    statement.value = expression();
    statement.at = formula_[statement.value.root].span;
    skip_newlines();
    if (token_.kind != TokenKind::end) fail_found("an operator or the end of the expression");
    formula_.statements.push_back(std::move(statement));
    return std::move(formula_);
}

void ExpressionParser::too_deep(TextSpan at) const {
    formula_.fail(at,
                  "nested deeper than " + std::to_string(deepest_nesting) + " levels of brackets, blocks and signs");
}

void ExpressionParser::skip_newlines() {
    while (token_.kind == TokenKind::newline) advance();
}

std::string ExpressionParser::found() const {
    switch (token_.kind) {
        case TokenKind::end:
            return "the end of the formula";
        case TokenKind::newline:
            return token_.text == ";" ? "\";\"" : "the end of the line";
        case TokenKind::text:
            return "the text " + in_quotes(token_.text);
        default:
            return in_quotes(token_.text);
    }
}

void ExpressionParser::fail_found(const std::string& expected) const {
    formula_.fail(token_.span, "found " + found() + "; expected " + expected);
}

void ExpressionParser::close(std::string_view closing, const Token& open, const std::string& or_else) {
    if (token_.is(closing)) return advance();
    if (token_.kind == TokenKind::end) formula_.fail(open.span, in_quotes(open.text) + " is not closed");
    fail_found(or_else + in_quotes(closing) + " to close the " + in_quotes(open.text) + " before it");
}

NodeId ExpressionParser::add(Node node) {
    formula_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(formula_.nodes.size() - 1);
}

Expression ExpressionParser::expression() {
    const auto first = static_cast<NodeId>(formula_.nodes.size());
    const NodeId root = binary(lowest_level);
    return {first, root};
}

NodeId ExpressionParser::binary(int lowest) {
    NodeId left = unary(lowest);
    bool compared = false;
    while (const BinaryOperator* b = find_operator(token_)) {
        if (b->level < lowest) break;
        if (b->level == comparison_level && std::exchange(compared, true))
            formula_.fail(token_.span, "comparisons do not chain; write a < b and b < c");
        const TextSpan at = token_.span;
        advance();
        const NodeId right = binary(b->level + 1);
        left = add({.kind = NodeKind::binary,
                    .op = b->op,
                    .span = {span_of(left).begin, span_of(right).end},
                    .at = at,
                    .children = {left, right}});
    }
    return left;
}

NodeId ExpressionParser::unary(int lowest) {
    const bool is_not = token_.is("not");
    if (!is_not && !token_.is("-")) {
        if (token_.is("+")) formula_.fail(token_.span, "found \"+\" without a value before it");
        return power();
    }
    if (is_not && lowest > not_level) fail_found("a value; \"not\" needs brackets here, as in (not a)");
    const Level level(*this, token_.span);
    const TextSpan at = token_.span;
    advance();
    const NodeId operand = is_not ? binary(not_level) : unary(not_level + 1);
    return add({.kind = NodeKind::unary,
                .op = is_not ? Operator::logical_not : Operator::negate,
                .span = {at.begin, span_of(operand).end},
                .at = at,
                .children = {operand}});
}

NodeId ExpressionParser::power() {
    const NodeId base = postfix();
    if (!token_.is("^")) return base;
    const Level level(*this, token_.span);
    const TextSpan at = token_.span;
    advance();
    const NodeId exponent = unary(not_level + 1);
    return add({.kind = NodeKind::binary,
                .op = Operator::power,
                .span = {span_of(base).begin, span_of(exponent).end},
                .at = at,
                .children = {base, exponent}});
}

NodeId ExpressionParser::postfix() {
    NodeId value = primary();
    for (int indices = 1; token_.is("["); ++indices) {
        if (indices > deepest_nesting) too_deep(token_.span);
        const Level level(*this, token_.span);
        const Token open = token_;
        advance();
        std::vector<NodeId> children = {value};
        do children.push_back(subscript());
        while (comma());
        const std::size_t end = token_.span.end;
        close("]", open, "\",\", \":\" or ");
        value = add({.kind = NodeKind::index,
                     .span = {span_of(value).begin, end},
                     .at = {open.span.begin, end},
                     .children = std::move(children)});
    }
    return value;
}

bool ExpressionParser::comma() {
    if (!token_.is(",")) return false;
    advance();
    return true;
}

NodeId ExpressionParser::subscript() {
    const std::size_t begin = token_.span.begin;
    const NodeId from = token_.is(":") ? no_node : binary(lowest_level);
    if (!token_.is(":")) return from;
    std::size_t end = token_.span.end;
    const TextSpan at = token_.span;
    advance();
    const NodeId to = token_.is("]") || token_.is(",") ? no_node : binary(lowest_level);
    if (to != no_node) end = span_of(to).end;
    return add({.kind = NodeKind::slice, .span = {begin, end}, .at = at, .children = {from, to}});
}

NodeId ExpressionParser::primary() {
    const Token token = token_;
    switch (token.kind) {
        case TokenKind::number:
            advance();
            return add({.kind = NodeKind::number, .span = token.span, .at = token.span, .number = token.number});
        case TokenKind::text:
            advance();
            return add({.kind = NodeKind::text, .span = token.span, .at = token.span, .name = token.text});
        case TokenKind::name:
            advance();
            if (token_.is("(")) return call(token);
            return add({.kind = NodeKind::name, .span = token.span, .at = token.span, .name = token.text});
        default:
            break;
    }
    if (token.is("(")) {
        const Level level(*this, token.span);
        advance();
        const NodeId inner = binary(lowest_level);
        const std::size_t end = token_.span.end;
        close(")", token, "an operator or ");
        formula_.nodes[static_cast<std::size_t>(inner)].span = {token.span.begin, end};
        return inner;
    }
    if (token.is("[")) return list();
    fail_found("a value: a number, a name, a call, \"(\", \"[\" or \"-\"");
}

NodeId ExpressionParser::call(const Token& name) {
    const Level level(*this, token_.span);
    const Token open = token_;
    advance();
    std::vector<NodeId> arguments;
    if (!token_.is(")")) {
        do arguments.push_back(argument());
        while (comma());
    }
    const std::size_t end = token_.span.end;
    close(")", open, "an operator, \",\" or ");
    return add({.kind = NodeKind::call,
                .span = {name.span.begin, end},
                .at = name.span,
                .name = name.text,
                .children = std::move(arguments)});
}

NodeId ExpressionParser::argument() {
    const NodeId value = binary(lowest_level);
    if (!token_.is("=")) return value;
    const Node name = formula_[value];
    if (name.kind != NodeKind::name) fail_found("\",\" or \")\"; only a name can stand before \"=\"");
    advance();
    formula_.nodes.pop_back();  // a name is one node, the last
    const NodeId given = binary(lowest_level);
    return add({.kind = NodeKind::keyword,
                .span = {name.span.begin, span_of(given).end},
                .at = name.span,
                .name = name.name,
                .children = {given}});
}

NodeId ExpressionParser::list() {
    const Level level(*this, token_.span);
    const Token open = token_;
    advance();
    std::vector<NodeId> items;
    if (!token_.is("]")) {
        do items.push_back(binary(lowest_level));
        while (comma());
    }
    const std::size_t end = token_.span.end;
    close("]", open, "an operator, \",\" or ");
    return add({.kind = NodeKind::list, .span = {open.span.begin, end}, .at = open.span, .children = std::move(items)});
}

}  // namespace halfstep::formula
