// A parsed formula: expressions as nodes of one array, statements as a tree. Every part knows which
// bytes of the text it was written in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/excerpt.hpp"

namespace halfstep::formula {

using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

enum class NodeKind {
    number,   // 0.5
    name,     // w
    text,     // "bf16"
    unary,    // -a, not a
    binary,   // a + b
    call,     // name(children...)
    keyword,  // axis = child, as an argument
    index,    // children[0][children[1], ...]
    slice,    // children[0] : children[1], either may be no_node
    list,     // [children...]
};

enum class Operator {
    none,
    add,
    subtract,
    multiply,
    divide,
    power,
    matrix_product,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    logical_not,
    negate,
};

struct Node {
    NodeKind kind = NodeKind::number;
    Operator op = Operator::none;
    TextSpan span = {};          // the whole expression
    TextSpan at = {};            // its operator, or the name that is called
    double number = 0;           // rounded to binary64
    std::string_view name = {};  // of a name, call or keyword; a text without its quotes
    std::vector<NodeId> children = {};
};

// An expression and the nodes below it: they are nodes[first] to nodes[root], operands before what
// uses them, in the order of the text.
struct Expression {
    NodeId first = no_node;
    NodeId root = no_node;
};

struct Statement;
using Block = std::vector<Statement>;

// One branch of an if: its condition and what it guards.
struct Arm {
    Expression condition;
    Block body;
};

struct Statement {
    enum class Kind { expression, assignment, branch };
    Kind kind = Kind::expression;
    TextSpan at = {};              // the name assigned to, the word `if`, or the expression
    std::string_view target = {};  // of an assignment; a += b is kept as a = a + b
    Expression value = {};         // of an assignment or expression
    std::vector<Arm> arms = {};    // of a branch: if, else if, ...
    Block otherwise = {};          // its else
};

struct Formula {
    std::string key;                          // the scenario key it is the value of: "optimizer.update"
    std::shared_ptr<const std::string> text;  // names are parts of it
    std::vector<Node> nodes;
    Block statements;

    const Node& operator[](NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
    std::string_view source(TextSpan span) const;
    // Throws SpecError at the place.
    [[noreturn]] void fail(TextSpan span, const std::string& message) const;
};

// As it is written: "+", "<=", "and".
std::string_view spelling(Operator op);

}  // namespace halfstep::formula
