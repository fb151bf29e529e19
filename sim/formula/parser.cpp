// Statements: blocks of assignments and branches.
#include <utility>

#include "expression_parser.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

class StatementParser : public ExpressionParser {
public:
    using ExpressionParser::ExpressionParser;

    Formula statements() {
        formula_.statements = block(false, {});
        return std::move(formula_);
    }

private:
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
            const Operator op = binary_operator(token_.text.substr(0, 1));
            const TextSpan at = token_.span;
            advance();
            const NodeId right = expression().root;
            statement.value.root = add({.kind = NodeKind::binary,
                                        .op = op,
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
        skip_newlines();
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
};

}  // namespace

Formula parse_statements(std::string key, std::string text) {
    return StatementParser(std::move(key), std::move(text)).statements();
}

Formula parse_expression(std::string key, std::string text) {
    return ExpressionParser(std::move(key), std::move(text)).single_expression();
}

}  // namespace halfstep::formula
