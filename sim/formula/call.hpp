// A call of a function while it is recorded, and what functions share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "halfstep/formula/compiler.hpp"

namespace halfstep::formula {

class Call {
public:
    Call(Compiler& compiler, const Node& node) : compiler(compiler), node(node) {}

    Compiler& compiler;
    const Node& node;

    NodeId id() const { return static_cast<NodeId>(&node - compiler.formula().nodes.data()); }
    std::size_t count() const { return node.children.size() - (has_keyword() ? 1 : 0); }  // positional arguments
    // Argument i, recorded when it is asked for: ask in the order of the text.
    Array array(std::size_t i) { return compiler.expression(node.children[i]); }
    std::string_view text(std::size_t i, const char* what) const;
    NodeId argument(std::size_t i) const { return node.children[i]; }
    TextSpan span_of(std::size_t i) const { return compiler.formula()[node.children[i]].span; }
    bool has_keyword() const;
    NodeId keyword() const { return compiler.formula()[node.children.back()].children[0]; }

    Array made(const Expr& value, int rank) { return compiler.made(value, rank, node.at); }
    [[noreturn]] void fail(const std::string& message) const { compiler.formula().fail(node.at, message); }
};

// f of two values, element by element. A number goes with everything, a vector with every row of a
// matrix, and a matrix of one row or column with every row or column of another.
using BinaryFunction = Expr (*)(const Expr&, const Expr&);
Array elementwise(Compiler& c, BinaryFunction f, const Array& a, const Array& b, TextSpan at, std::string_view called);
// `a` as an array of `shape`, which it fits.
Expr broadcast(Compiler& c, const Array& a, Shape shape, TextSpan at);
// The shape that all of them fit; throws where there is none.
Shape common_shape(Compiler& c, const std::vector<Array>& arrays, TextSpan at, std::string_view called);

Array matrix_product(Compiler& c, const Array& a, const Array& b, TextSpan at);
Array power(Compiler& c, const Node& node);
Array index(Compiler& c, const Node& node);
Array list(Compiler& c, const Node& node);

// The number that is written there, 3 or -3.
std::optional<double> literal(const Formula& formula, NodeId id);

// The same elements under another shape.
Expr reshaped(Compiler& c, const Expr& e, Shape shape);

}  // namespace halfstep::formula
