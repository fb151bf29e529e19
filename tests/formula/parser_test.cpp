// The grammar: what groups with what, and where a statement ends.
#include "halfstep/formula/parser.hpp"

#include "catch.hpp"

using namespace halfstep::formula;

namespace {

// The expression with every operation in brackets.
std::string shown(const Formula& f, NodeId id) {
    if (id == no_node) return "";
    const Node& n = f[id];
    std::string text;
    const auto items = [&](std::size_t from) {
        std::string list;
        for (std::size_t i = from; i < n.children.size(); ++i) list += (i > from ? ", " : "") + shown(f, n.children[i]);
        return list;
    };
    switch (n.kind) {
        case NodeKind::number: {
            std::string number = std::to_string(n.number);
            number.erase(number.find_last_not_of('0') + 1);
            return number.back() == '.' ? number.substr(0, number.size() - 1) : number;
        }
        case NodeKind::name:
            return std::string(n.name);
        case NodeKind::text:
            return "\"" + std::string(n.name) + "\"";
        case NodeKind::unary:
            return "(" + std::string(spelling(n.op)) + (n.op == Operator::logical_not ? " " : "") +
                   shown(f, n.children[0]) + ")";
        case NodeKind::binary:
            return "(" + shown(f, n.children[0]) + " " + std::string(spelling(n.op)) + " " + shown(f, n.children[1]) +
                   ")";
        case NodeKind::call:
            return std::string(n.name) + "(" + items(0) + ")";
        case NodeKind::keyword:
            return std::string(n.name) + "=" + shown(f, n.children[0]);
        case NodeKind::index:
            return shown(f, n.children[0]) + "[" + items(1) + "]";
        case NodeKind::slice:
            return shown(f, n.children[0]) + ":" + shown(f, n.children[1]);
        case NodeKind::list:
            return "[" + items(0) + "]";
    }
    return "?";
}

std::string grouped(const std::string& text) {
    const Formula f = parse_expression("text", text);
    return shown(f, f.statements[0].value.root);
}

std::string shown(const Formula& f, const Block& block) {
    std::string text;
    for (const Statement& s : block) {
        if (s.kind == Statement::Kind::assignment) text += std::string(s.target) + " = ";
        if (s.kind != Statement::Kind::branch) text += shown(f, s.value.root) + "; ";
        for (std::size_t i = 0; i < s.arms.size(); ++i)
            text += (i > 0 ? "else if " : "if ") + shown(f, s.arms[i].condition.root) + " { " +
                    shown(f, s.arms[i].body) + "} ";
        if (!s.otherwise.empty()) text += "else { " + shown(f, s.otherwise) + "} ";
    }
    return text;
}

std::string statements(const std::string& text) {
    const Formula f = parse_statements("text", text);
    return shown(f, f.statements);
}

}  // namespace

TEST_CASE("products group before sums, and both from the left") {
    CHECK(grouped("a + b*c - d/e") == "((a + (b * c)) - (d / e))");
    CHECK(grouped("a - b - c") == "((a - b) - c)");
    CHECK(grouped("a / b * c @ d") == "(((a / b) * c) @ d)");
    CHECK(grouped("a*(b + c)") == "(a * (b + c))");
}

TEST_CASE("a power groups from the right and before the minus in front of it") {
    CHECK(grouped("a^b^c") == "(a ^ (b ^ c))");
    CHECK(grouped("-a^2") == "(-(a ^ 2))");
    CHECK(grouped("2^-3") == "(2 ^ (-3))");
    CHECK(grouped("-a*b") == "((-a) * b)");
    CHECK(grouped("a - -b") == "(a - (-b))");
    CHECK(grouped("a[1]^2") == "(a[1] ^ 2)");
}

TEST_CASE("comparisons bind tighter than not, not than and, and than or") {
    CHECK(grouped("a < b + 1 and not c == d or e") == "(((a < (b + 1)) and (not (c == d))) or e)");
    CHECK(grouped("a >= b and c != d and e <= f") == "(((a >= b) and (c != d)) and (e <= f))");
    CHECK(grouped("not not a") == "(not (not a))");
}

TEST_CASE("calls, indices, slices and lists") {
    CHECK(grouped("sum(a[0], axis = 1)") == "sum(a[0], axis=1)");
    CHECK(grouped("f()") == "f()");
    CHECK(grouped("a[1:3][0, :]") == "a[1:3][0, :]");
    CHECK(grouped("[[1, 2], [3, -4]]") == "[[1, 2], [3, (-4)]]");
    CHECK(grouped("round(x, \"bf16\") + round(x, 'fp16')") == "(round(x, \"bf16\") + round(x, \"fp16\"))");
}

TEST_CASE("numbers are written as in most languages") {
    CHECK(grouped("1e-3 + 2.5E+1 + 0.125 + 3") == "(((0.001 + 25) + 0.125) + 3)");
}

TEST_CASE("statements end with a line or a semicolon, and comments with the line") {
    CHECK(statements("a = 1; b = 2 # one\n\n# two\nc = a + b") == "a = 1; b = 2; c = (a + b); ");
    CHECK(statements("") == "");
    CHECK(statements("\n ;;\r\n") == "");
    CHECK(statements("a") == "a; ");
}

TEST_CASE("a line break between brackets or after an operator does not end a statement") {
    CHECK(statements("a = (b\n + c)") == "a = (b + c); ");
    CHECK(statements("a = b +  # a remark\n c") == "a = (b + c); ");
    CHECK(statements("a =\n max(b,\n c)") == "a = max(b, c); ");
    CHECK(statements("a = [1,\n 2\n]\nb = 1") == "a = [1, 2]; b = 1; ");
    CHECK(statements("a = b and\n not\n c") == "a = (b and (not c)); ");
}

TEST_CASE("assignments with an operator are short for those without") {
    CHECK(statements("a += b*c") == "a = (a + (b * c)); ");
    CHECK(statements("a -= b; a *= b; a /= b - c") == "a = (a - b); a = (a * b); a = (a / (b - c)); ");
}

TEST_CASE("branches nest and chain, their else on the same line or on a later one") {
    CHECK(statements("if a < 1 { b = 1; c = 2 } else if a { b = 3 } else { }") ==
          "if (a < 1) { b = 1; c = 2; } else if a { b = 3; } ");
    CHECK(statements("if a\n{\n if b { c = 1 }\n d = 2 }\n\nelse\n{ e = 3 }\nf = 4") ==
          "if a { if b { c = 1; } d = 2; } else { e = 3; } f = 4; ");
    CHECK(statements("if a { b = 1 }\n\n\nc = 2") == "if a { b = 1; } c = 2; ");
}

TEST_CASE("every node knows its place, brackets included") {
    const Formula f = parse_statements("text", "w = w - lr*(g + d)");
    const Node& root = f[f.statements[0].value.root];
    CHECK(f.source(root.span) == "w - lr*(g + d)");
    CHECK(f.source(root.at) == "-");
    const Node& product = f[root.children[1]];
    CHECK(f.source(product.span) == "lr*(g + d)");
    CHECK(f.source(f[product.children[1]].span) == "(g + d)");
    CHECK(f.source(f.statements[0].at) == "w");
}

TEST_CASE("a name is letters, digits and underscores, and no word of the language") {
    for (const char* name : {"a", "_x1", "exp_avg", "W2"}) CHECK(is_name(name));
    for (const char* name : {"", "1a", "a-b", "if", "else", "and", "or", "not", "\xC3\xA9"}) CHECK_FALSE(is_name(name));
}
