#include "halfstep/program/expr.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace halfstep {
namespace {

[[noreturn]] void refuse(const char* what, Shape a, Shape b) {
    auto text = [](Shape s) { return std::to_string(s.rows) + "x" + std::to_string(s.cols); };
    throw std::logic_error(std::string(what) + ": shapes " + text(a) + " and " + text(b) + " do not fit");
}

Expr node(Op op, std::vector<Expr> args, Shape shape) {
    auto n = std::make_shared<ExprNode>();
    n->op = op;
    n->shape = shape;
    for (const Expr& a : args) {
        n->per_worker = n->per_worker || a.per_worker();
    }
    n->args = std::move(args);
    return Expr(std::move(n));
}

Expr unary(Op op, const Expr& a) {
    return node(op, {a}, a.shape());
}

Expr binary(Op op, const char* name, const Expr& a, const Expr& b) {
    if (a.shape() == b.shape() || b.shape().is_scalar()) return node(op, {a, b}, a.shape());
    if (a.shape().is_scalar()) return node(op, {a, b}, b.shape());
    refuse(name, a.shape(), b.shape());
}

Expr product(const Expr& a, const Expr& b, const Expr& init, bool transpose_a) {
    const int m = transpose_a ? a.shape().cols : a.shape().rows;
    const int k = transpose_a ? a.shape().rows : a.shape().cols;
    if (k != b.shape().rows) refuse("matmul", a.shape(), b.shape());
    std::vector<Expr> args = {a, b};
    if (init.valid()) {
        if (init.shape() != Shape{1, b.shape().cols}) refuse("matmul's start", b.shape(), init.shape());
        args.push_back(init);
    }
    Expr out = node(Op::matmul, std::move(args), {m, b.shape().cols});
    out.node()->transpose_a = transpose_a;
    return out;
}

}  // namespace

Expr::Expr(double literal) : node_(std::make_shared<ExprNode>()) {
    node_->is_literal = true;
    node_->literal = literal;
}

Shape Expr::shape() const {
    if (!node_) throw std::logic_error("an operand was never given a value");
    return node_->shape;
}
bool Expr::per_worker() const {
    return node_->per_worker;
}

Expr operator+(const Expr& a, const Expr& b) {
    return binary(Op::add, "+", a, b);
}
Expr operator-(const Expr& a, const Expr& b) {
    return binary(Op::sub, "-", a, b);
}
Expr operator*(const Expr& a, const Expr& b) {
    return binary(Op::mul, "*", a, b);
}
Expr operator/(const Expr& a, const Expr& b) {
    return binary(Op::div, "/", a, b);
}
Expr operator-(const Expr& a) {
    return unary(Op::neg, a);
}
Expr max(const Expr& a, const Expr& b) {
    return binary(Op::max, "max", a, b);
}
Expr min(const Expr& a, const Expr& b) {
    return binary(Op::min, "min", a, b);
}
Expr gate(const Expr& g, const Expr& a) {
    if (g.shape() != a.shape()) refuse("gate", g.shape(), a.shape());
    return node(Op::gate, {g, a}, g.shape());
}
Expr clip(const Expr& a, const Expr& low, const Expr& high) {
    return min(max(a, low), high);
}
Expr select(const Expr& condition, const Expr& a, const Expr& b) {
    Shape shape;
    for (const Expr& e : {condition, a, b}) {
        if (!shape.is_scalar() && !e.shape().is_scalar() && e.shape() != shape) refuse("select", shape, e.shape());
        if (shape.is_scalar()) shape = e.shape();
    }
    return node(Op::select, {condition, a, b}, shape);
}
Expr less(const Expr& a, const Expr& b) {
    return binary(Op::less, "<", a, b);
}
Expr less_equal(const Expr& a, const Expr& b) {
    return binary(Op::less_equal, "<=", a, b);
}
Expr equal(const Expr& a, const Expr& b) {
    return binary(Op::equal, "==", a, b);
}
Expr abs(const Expr& a) {
    return unary(Op::abs, a);
}
Expr sqrt(const Expr& a) {
    return unary(Op::sqrt, a);
}
Expr exp(const Expr& a) {
    return unary(Op::exp, a);
}
Expr log(const Expr& a) {
    return unary(Op::log, a);
}
Expr tanh(const Expr& a) {
    return unary(Op::tanh, a);
}
Expr expm1(const Expr& a) {
    return unary(Op::expm1, a);
}
Expr log1p(const Expr& a) {
    return unary(Op::log1p, a);
}
Expr logistic(const Expr& a) {
    return unary(Op::logistic, a);
}
Expr erf(const Expr& a) {
    return unary(Op::erf, a);
}
Expr sin(const Expr& a) {
    return unary(Op::sin, a);
}
Expr cos(const Expr& a) {
    return unary(Op::cos, a);
}
Expr rsqrt(const Expr& a) {
    return unary(Op::rsqrt, a);
}
Expr powi(const Expr& a, const Expr& n) {
    return binary(Op::powi, "powi", a, n);
}
Expr relu(const Expr& a) {
    return unary(Op::relu, a);
}
Expr sign(const Expr& a) {
    return unary(Op::sign, a);
}
Expr one_bit_sign(const Expr& a) {
    return unary(Op::one_bit_sign, a);
}
Expr one_bit(const Expr& scale, const Expr& a) {
    return binary(Op::one_bit, "one_bit", scale, a);
}
Expr one_bit_error(const Expr& scale, const Expr& a) {
    return binary(Op::one_bit_error, "one_bit_error", scale, a);
}
Expr cast(const Expr& a) {
    return unary(Op::cast, a);
}

Expr per_worker_copy(const Expr& a) {
    Expr out = unary(Op::cast, a);
    out.node()->per_worker = true;
    return out;
}

Expr bcast_rows(const Expr& row, int rows) {
    if (row.shape().rows != 1) refuse("bcast_rows", row.shape(), {1, row.shape().cols});
    return node(Op::bcast_rows, {row}, {rows, row.shape().cols});
}
Expr bcast_cols(const Expr& col, int cols) {
    if (col.shape().cols != 1) refuse("bcast_cols", col.shape(), {col.shape().rows, 1});
    return node(Op::bcast_cols, {col}, {col.shape().rows, cols});
}
Expr transpose(const Expr& a) {
    return node(Op::transpose, {a}, {a.shape().cols, a.shape().rows});
}
Expr gather(const Expr& table, const Expr& indices) {
    return node(Op::gather, {table, indices}, {indices.shape().size(), table.shape().cols});
}
Expr scatter_add(const Expr& rows, const Expr& indices, int n) {
    if (rows.shape().rows != indices.shape().size()) refuse("scatter_add", rows.shape(), indices.shape());
    return node(Op::scatter_add, {rows, indices}, {n, rows.shape().cols});
}
Expr take(const Expr& a, const Expr& indices) {
    return node(Op::gather, {a, indices}, {indices.shape().size(), 1});
}
Expr sum(const Expr& a) {
    return node(Op::sum, {a}, {});
}
Expr sum_rows(const Expr& a) {
    return node(Op::sum_rows, {a}, {1, a.shape().cols});
}
Expr sum_cols(const Expr& a) {
    return node(Op::sum_cols, {a}, {a.shape().rows, 1});
}
Expr max_cols(const Expr& a) {
    return node(Op::max_cols, {a}, {a.shape().rows, 1});
}
Expr wide_sum(const Expr& a) {
    return node(Op::wide_sum, {a}, {});
}
Expr sum_squares(const Expr& a) {
    return node(Op::sum_squares, {a}, {});
}
Expr argmax(const Expr& a) {
    return node(Op::argmax, {a}, {});
}
Expr argmax_cols(const Expr& a) {
    return node(Op::argmax_cols, {a}, {a.shape().rows, 1});
}
Expr max_all(const Expr& a) {
    return take(a, argmax(a));
}
Expr among_largest(const Expr& a, int count) {
    if (count < 1) throw std::logic_error("among_largest: needs a count of at least 1");
    Expr out = unary(Op::among_largest, a);
    out.node()->count = count;
    return out;
}
Expr top_k(const Expr& a, int count) {
    return select(among_largest(a, count), a, 0.0);
}
Expr norm2(const Expr& a) {
    return node(Op::norm2, {a}, {});
}
Expr norm_rows(const Expr& a) {
    return node(Op::norm_rows, {a}, {a.shape().rows, 1});
}

Expr sum_workers(const Expr& a) {
    Expr out = node(Op::sum_workers, {a}, a.shape());
    out.node()->per_worker = false;
    return out;
}
Expr sum_workers_from_zero(const Expr& a) {
    Expr out = sum_workers(a);
    out.node()->from_zero = true;
    return out;
}
Expr sum_one_bit(const Expr& scale, const Expr& a) {
    if (!scale.shape().is_scalar()) refuse("sum_one_bit", scale.shape(), a.shape());
    Expr out = node(Op::sum_one_bit, {scale, a}, a.shape());
    out.node()->per_worker = false;
    return out;
}
Expr matmul(const Expr& a, const Expr& b, const Expr& init) {
    return product(a, b, init, false);
}
Expr matmul_transposed(const Expr& a, const Expr& b) {
    return product(a, b, {}, true);
}

}  // namespace halfstep
