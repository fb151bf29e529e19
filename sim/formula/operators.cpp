// The operators that are more than one elementwise instruction.
#include <optional>

#include "call.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

Expr reshaped(Compiler& c, const Expr& e, Shape shape) {
    return e.shape() == shape ? e : c.recording().b.view(c.let(e), 0, shape);
}

// A vector is a row on the left and a column on the right; the product of two is a number.
Array matrix_product(Compiler& c, const Array& a, const Array& b, TextSpan at) {
    if (a.rank == 0 || b.rank == 0)
        c.formula().fail(at, "\"@\" multiplies matrices and vectors, found " + describe(a.rank, a.value.shape()) +
                                 " and " + describe(b.rank, b.value.shape()) + "; for numbers write *");
    const Shape left = a.value.shape(), right = b.value.shape();
    const int depth = b.rank == 1 ? right.cols : right.rows;
    if (left.cols != depth)
        c.formula().fail(at, "\"@\": the shapes do not fit: " + describe(a.rank, left) + " and " +
                                 describe(b.rank, right) + "; " + std::to_string(left.cols) + " columns meet " +
                                 std::to_string(depth) + " rows");
    Expr x = a.value, y = b.value;
    if (c.recording().casts_operands) {
        x = c.let(Role::operand, cast(x));
        y = c.let(Role::operand, cast(y));
    }
    if (b.rank == 1) y = reshaped(c, y, {depth, 1});
    const Array product = c.made(matmul(x, y), 2, at);
    if (a.rank == 1) return {product.value, b.rank == 1 ? 0 : 1};
    if (b.rank == 1) return {reshaped(c, product.value, {1, left.rows}), 1};
    return product;
}

// x^3 is (x*x)*x, x^-2 is 1/(x*x).
Array power(Compiler& c, const Node& node) {
    const Array base = c.expression(node.children[0]);
    const int n = whole_number(c.host_context(), node.children[1], -largest_exponent, largest_exponent,
                               "an exponent (for others write exp(y*log(x)) or sqrt(x))");
    if (n == 0) return {c.number(1.0), 0};
    const Expr x = c.let(base.value);
    Expr product = x;
    for (int i = 1; i < std::abs(n); ++i) product = c.made(product * x, base.rank, node.at).value;
    if (n < 0) product = c.made(c.number(1.0) / product, base.rank, node.at).value;
    return {product, base.rank};
}

Array index(Compiler& c, const Node& node) {
    const Array a = c.expression(node.children[0]);
    const Shape shape = a.value.shape();
    const std::size_t given = node.children.size() - 1;
    if (a.rank == 0 || given > std::size_t(a.rank))
        c.formula().fail(
            node.at, std::to_string(given) + (given == 1 ? " index" : " indices") + " into " + describe(a.rank, shape));
    // Along the first dimension of a vector or matrix.
    struct Range {
        int from, to;
        bool single;
    };
    const auto range = [&](NodeId id, int n) -> Range {
        const HostContext host = c.host_context();
        const Node& subscript = c.formula()[id];
        const auto whole = [&](NodeId at, int highest, const char* what) {
            return whole_number(host, at, 0, highest, what);
        };
        if (subscript.kind != NodeKind::slice) {
            const int i = whole(id, n - 1, "an index counted from 0");
            return {i, i + 1, true};
        }
        const NodeId from = subscript.children[0], to = subscript.children[1];
        const Range r{from == no_node ? 0 : whole(from, n, "the start of a slice"),
                      to == no_node ? n : whole(to, n, "the end of a slice"), false};
        if (r.from >= r.to)
            c.formula().fail(subscript.span,
                             "an empty slice: " + std::to_string(r.from) + " to " + std::to_string(r.to));
        return r;
    };
    Builder& b = c.recording().b;
    const Expr whole = c.let(a.value);
    const Range first = range(node.children[1], a.rank == 1 ? shape.cols : shape.rows);
    const int count = first.to - first.from;
    if (a.rank == 1) return {b.view(whole, first.from, {1, count}), first.single ? 0 : 1};
    if (given == 1)
        return {b.view(whole, std::int64_t(first.from) * shape.cols, {count, shape.cols}), first.single ? 1 : 2};
    const Range second = range(node.children[2], shape.cols);
    if (!first.single && second.from + shape.cols != second.to)
        c.formula().fail(node.at, "of several rows only whole ones can be taken; take columns of transpose(a)");
    const int width = second.to - second.from, rank = (first.single ? 0 : 1) + (second.single ? 0 : 1);
    return {b.view(whole, std::int64_t(first.from) * shape.cols + second.from,
                   rank == 2 ? Shape{count, width} : Shape{1, count * width}),
            rank};
}

std::optional<double> literal(const Formula& formula, NodeId id) {
    const Node& node = formula[id];
    if (node.kind == NodeKind::number) return node.number;
    if (node.kind != NodeKind::unary || node.op != Operator::negate) return std::nullopt;
    const Node& negated = formula[node.children[0]];
    return negated.kind == NodeKind::number ? std::optional(-negated.number) : std::nullopt;
}

namespace {

// All items, where each of them is a number.
std::optional<std::vector<double>> literals(const Formula& formula, const Node& list) {
    std::vector<double> values;
    for (const NodeId child : list.children) {
        const auto value = literal(formula, child);
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

}  // namespace

// [a, b, c] of numbers is a vector, of vectors a matrix with them as its rows.
Array list(Compiler& c, const Node& node) {
    const int rows = int(node.children.size());
    if (rows == 0) c.formula().fail(node.span, "an empty list");
    Builder& b = c.recording().b;
    if (auto values = literals(c.formula(), node)) {
        const Role role = c.recording().numbers.value_or(c.recording().role);
        return c.made(b.constant({1, rows}, std::move(*values), role), 1, node.at);
    }
    std::vector<Expr> pieces;
    Array first;
    for (const NodeId child : node.children) {
        const Array item = c.expression(child);
        if (pieces.empty()) first = item;
        if (item.rank > 1)
            c.formula().fail(c.formula()[child].span, "found " + describe(item.rank, item.value.shape()) +
                                                          " in a list; accepted: numbers or vectors");
        if (item.rank != first.rank || item.value.shape() != first.value.shape())
            c.formula().fail(c.formula()[child].span, "found " + describe(item.rank, item.value.shape()) +
                                                          " in a list that begins with " +
                                                          describe(first.rank, first.value.shape()));
        pieces.push_back(item.value);
    }
    c.check_size(rows, first.value.shape().cols, node.at);
    const Array joined = c.made(b.concat(c.recording().role, pieces), 1, node.at);
    if (first.rank == 0) return joined;
    return {b.view(joined.value, 0, {rows, first.value.shape().cols}), 2};
}

}  // namespace halfstep::formula
