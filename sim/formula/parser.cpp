#include "halfstep/formula/parser.hpp"

#include <array>
#include <optional>
#include <utility>

#include "halfstep/spec/wording.hpp"
#include "lexer.hpp"

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

class Parser {
public:
    Parser(std::string key, std::string text) {
        formula_.key = std::move(key);
        formula_.text = std::make_shared<const std::string>(std::move(text));
        if (formula_.text->size() > largest_formula)
            formula_.fail({}, "a formula of " + std::to_string(formula_.text->size()) + " bytes; accepted: at most " +
                                  std::to_string(largest_formula));
        lexer_.emplace(formula_);
        advance();
    }

    Formula statements() {
        formula_.statements = block(false, {});
        return std::move(formula_);
    }

    Formula single_expression() {
        skip_newlines();
        Statement statement;
        statement.value = expression();
        statement.at = formula_[statement.value.root].span;
        skip_newlines();
        if (token_.kind != TokenKind::end) fail_found("an operator or the end of the expression");
        formula_.statements.push_back(std::move(statement));
        return std::move(formula_);
    }

private:
    // One level of nesting for as long as it lives.
    class Level {
    public:
        Level(Parser& parser, TextSpan at) : parser_(parser) {
            if (++parser_.depth_ > deepest_nesting)
                parser_.formula_.fail(at, "nested deeper than " + std::to_string(deepest_nesting) +
                                              " levels of brackets, blocks and signs");
        }
        ~Level() { --parser_.depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        Parser& parser_;
    };

    void advance() { token_ = lexer_->next(); }

    void skip_newlines() {
        while (token_.kind == TokenKind::newline) advance();
    }

    std::string found() const {
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

    [[noreturn]] void fail_found(const std::string& expected) const {
        formula_.fail(token_.span, "found " + found() + "; expected " + expected);
    }

    // What closes `open`, a bracket of the text.
    void close(std::string_view closing, const Token& open, const std::string& or_else) {
        if (token_.is(closing)) return advance();
        if (token_.kind == TokenKind::end) formula_.fail(open.span, in_quotes(open.text) + " is not closed");
        fail_found(or_else + in_quotes(closing) + " to close the " + in_quotes(open.text) + " before it");
    }

    NodeId add(Node node) {
        formula_.nodes.push_back(std::move(node));
        return static_cast<NodeId>(formula_.nodes.size() - 1);
    }
    TextSpan span_of(NodeId id) const { return formula_[id].span; }

    Expression expression() {
        const auto first = static_cast<NodeId>(formula_.nodes.size());
        const NodeId root = binary(lowest_level);
        return {first, root};
    }

    NodeId binary(int lowest) {
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

    NodeId unary(int lowest) {
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

    NodeId power() {
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

    NodeId postfix() {
        NodeId value = primary();
        while (token_.is("[")) {
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

    bool comma() {
        if (!token_.is(",")) return false;
        advance();
        return true;
    }

    NodeId subscript() {
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

    NodeId primary() {
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

    NodeId call(const Token& name) {
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

    NodeId argument() {
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

    NodeId list() {
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
        return add(
            {.kind = NodeKind::list, .span = {open.span.begin, end}, .at = open.span, .children = std::move(items)});
    }

    Block block(bool braced, const Token& open) {
        Block result;
        for (skip_newlines(); token_.kind != TokenKind::end && !token_.is("}"); skip_newlines()) {
            result.push_back(statement());
            if (token_.kind == TokenKind::newline || token_.kind == TokenKind::end || token_.is("}")) continue;
            fail_found("an operator, a new line or \";\"");
        }
        if (!braced && token_.is("}")) formula_.fail(token_.span, "found \"}\" without a \"{\" before it");
        if (braced) close("}", open, "");
        return result;
    }

    Statement statement() {
        if (token_.is("if")) return branch();
        Statement statement;
        statement.value = expression();
        const NodeId root = statement.value.root;
        statement.at = span_of(root);
        if (token_.is("=")) {
            assign(statement);
            advance();
            statement.value = expression();
        } else if (token_.is("+=") || token_.is("-=") || token_.is("*=") || token_.is("/=")) {
            assign(statement);
            const BinaryOperator* b = nullptr;
            for (const BinaryOperator& candidate : binary_operators)
                if (token_.text.substr(0, 1) == candidate.spelling) b = &candidate;
            const TextSpan at = token_.span;
            advance();
            const NodeId right = expression().root;
            statement.value.root = add({.kind = NodeKind::binary,
                                        .op = b->op,
                                        .span = {span_of(root).begin, span_of(right).end},
                                        .at = at,
                                        .children = {root, right}});
        }
        return statement;
    }

    void assign(Statement& statement) {
        const Node& target = formula_[statement.value.root];
        if (target.kind == NodeKind::index)
            formula_.fail(target.span, "only a whole name can be assigned to, not a part of it");
        if (target.kind != NodeKind::name) formula_.fail(target.span, "only a name can be assigned to");
        statement.kind = Statement::Kind::assignment;
        statement.target = target.name;
    }

    Statement branch() {
        const Level level(*this, token_.span);
        Statement statement;
        statement.kind = Statement::Kind::branch;
        statement.at = token_.span;
        for (;;) {
            advance();  // if
            Arm arm;
            arm.condition = expression();
            arm.body = braces();
            statement.arms.push_back(std::move(arm));
            if (!otherwise_follows()) return statement;
            advance();  // else
            if (!token_.is("if")) break;
        }
        statement.otherwise = braces();
        return statement;
    }

    Block braces() {
        const Token open = token_;
        if (!open.is("{")) fail_found("an operator or \"{\"");
        advance();
        return block(true, open);
    }

    // An `else`, possibly on a line below the "}". Whatever else follows is left to be read.
    bool otherwise_follows() {
        if (token_.kind == TokenKind::newline && token_.text != ";") {
            const Lexer kept = *lexer_;
            const Token kept_token = token_;
            skip_newlines();
            if (!token_.is("else")) {
                *lexer_ = kept;
                token_ = kept_token;
            }
        }
        return token_.is("else");
    }

    Formula formula_;
    std::optional<Lexer> lexer_;
    Token token_;
    int depth_ = 0;
};

}  // namespace

Formula parse_statements(std::string key, std::string text) {
    return Parser(std::move(key), std::move(text)).statements();
}

Formula parse_expression(std::string key, std::string text) {
    return Parser(std::move(key), std::move(text)).single_expression();
}

}  // namespace halfstep::formula
