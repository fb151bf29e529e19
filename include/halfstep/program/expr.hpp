// Symbolic arrays. Operators build a lazy tree and record nothing; Builder::let and
// Builder::store lower it left operand first, so that the recorded order does not depend on the
// compiler's choice of evaluation order.
#pragma once

#include <memory>
#include <vector>

#include "halfstep/program/program.hpp"

namespace halfstep {

struct ExprNode;

class Expr {
public:
    Expr() = default;
    explicit Expr(std::shared_ptr<ExprNode> node) : node_(std::move(node)) {}
    // A literal: rounded to the role of the operation that uses it.
    Expr(double literal);  // NOLINT(google-explicit-constructor): 0.5 * x reads as in the paper

    Shape shape() const;
    bool per_worker() const;
    bool valid() const { return node_ != nullptr; }
    const std::shared_ptr<ExprNode>& node() const { return node_; }

private:
    std::shared_ptr<ExprNode> node_;
};

struct ExprNode {
    Op op = Op::cast;
    std::vector<Expr> args;
    Shape shape;
    bool per_worker = false;
    bool is_literal = false;
    double literal = 0;
    bool transpose_a = false;
    bool from_zero = false;
    int count = 0;              // among_largest
    ValueId value = no_value;   // once recorded, or from the start for states and constants
    std::uint32_t version = 0;  // of the state that was read
};

// Elementwise; shapes must agree or one side be a scalar. Mismatches: std::logic_error.
Expr operator+(const Expr& a, const Expr& b);
Expr operator-(const Expr& a, const Expr& b);
Expr operator*(const Expr& a, const Expr& b);
Expr operator/(const Expr& a, const Expr& b);
Expr operator-(const Expr& a);
Expr max(const Expr& a, const Expr& b);
Expr min(const Expr& a, const Expr& b);
Expr abs(const Expr& a);
Expr sqrt(const Expr& a);
Expr exp(const Expr& a);
Expr log(const Expr& a);
Expr tanh(const Expr& a);
Expr expm1(const Expr& a);     // e^a - 1
Expr log1p(const Expr& a);     // log(1 + a)
Expr logistic(const Expr& a);  // 1/(1 + e^-a), rounded once
Expr erf(const Expr& a);
Expr sin(const Expr& a);
Expr cos(const Expr& a);
Expr rsqrt(const Expr& a);  // 1/sqrt(a), rounded once
Expr powi(const Expr& a,
          const Expr& n);          // a^n rounded once; n a constant whole number that is not rounded, |n| <= 2^20
Expr relu(const Expr& a);          // NaN stays NaN
Expr sign(const Expr& a);          // -1, 0, +1; sign(NaN) = NaN
Expr one_bit_sign(const Expr& a);  // -1 where a < 0, otherwise +1: zeros and NaN count as +1
// What one bit an element sends, scale * one_bit_sign(a), and what it loses, a - one_bit(scale, a). The
// product is exact.
Expr one_bit(const Expr& scale, const Expr& a);
Expr one_bit_error(const Expr& scale, const Expr& a);
Expr gate(const Expr& g, const Expr& a);                      // g where a > 0, otherwise 0
Expr clip(const Expr& a, const Expr& low, const Expr& high);  // min(max(a, low), high); NaN stays NaN
// a where the condition is not 0, otherwise b: NaN counts as true, as in C and Python. The operand
// that is not chosen gets no gradient, not even an infinite one; the condition never gets any.
Expr select(const Expr& condition, const Expr& a, const Expr& b);
// 1 where it holds, otherwise 0, which no format has to round; 0 where either side is NaN. Constant
// under differentiation.
Expr less(const Expr& a, const Expr& b);
Expr less_equal(const Expr& a, const Expr& b);
Expr equal(const Expr& a, const Expr& b);
Expr cast(const Expr& a);                    // the same value, rounded to the role it is recorded in
Expr per_worker_copy(const Expr& a);         // a shared value as one copy a worker
Expr bcast_rows(const Expr& row, int rows);  // {1, c} -> {rows, c}
Expr bcast_cols(const Expr& col, int cols);  // {r, 1} -> {r, cols}
Expr transpose(const Expr& a);
Expr gather(const Expr& table, const Expr& indices);             // {n, c}, {m, 1} -> {m, c}: rows of the table
Expr scatter_add(const Expr& rows, const Expr& indices, int n);  // its gradient, added in index order
Expr take(const Expr& a, const Expr& indices);                   // elements of `a`, counted row by row from 0 -> {m, 1}
// Ordered: each partial sum is rounded to `accumulator`, starting from +0 in index order; the
// result once more to the role it is recorded in.
Expr sum(const Expr& a);       // -> {1, 1}
Expr sum_rows(const Expr& a);  // over the rows -> {1, c}
Expr sum_cols(const Expr& a);  // over the columns -> {r, 1}
Expr max_cols(const Expr& a);  // largest of each row -> {r, 1}; NaN if the row has one
// Where the first largest element stands, counted from 0; the first NaN if there is one. Indices are
// not rounded to any role (exact below 2^24). Constant under differentiation.
Expr argmax(const Expr& a);       // of the whole array, row by row -> {1, 1}
Expr argmax_cols(const Expr& a);  // of each row -> {r, 1}
// The largest element of the whole array -> {1, 1}: take(a, argmax(a)). Its gradient goes to the
// first largest element, which is what a chain of max does.
Expr max_all(const Expr& a);
// 1 for the `count` elements of largest magnitude, otherwise 0; NaN counts as larger than infinity, ties go
// to the lower index (row by row), and all are 1 where count is at least their number; count >= 1. Not
// rounded to any role. Constant under differentiation.
Expr among_largest(const Expr& a, int count);
// These elements, and +0 in place of the others: select(among_largest(a, count), a, 0).
Expr top_k(const Expr& a, int count);
// Elements, or their exact squares, widened to binary64, added in index order from +0, one rounding
// -> {1, 1}. No derivative.
Expr wide_sum(const Expr& a);
Expr sum_squares(const Expr& a);
// sqrt of the sum of squares: elements widened to binary64, added in index order, one rounding.
Expr norm2(const Expr& a);
Expr norm_rows(const Expr& a);  // the same for every row -> {r, 1}
// Over the workers, each partial sum rounded to the role it is recorded in. Of several workers only
// what differs between them can be added; with one worker it is that worker's value.
Expr sum_workers(const Expr& a);            // worker 0's value, then 1, 2, ... added
Expr sum_workers_from_zero(const Expr& a);  // 0, then all of them
// 0, then one_bit(scale, a) of all of them, without the arrays of signs; `scale` is a scalar.
Expr sum_one_bit(const Expr& scale, const Expr& a);
// a {m, k} times b {k, n}: out[i][j] = init[j] + sum over ascending k of a[i][k] * b[k][j]; each
// product rounded to `product`, each partial sum to `accumulator`. init {1, n} is optional (+0).
Expr matmul(const Expr& a, const Expr& b, const Expr& init = {});
Expr matmul_transposed(const Expr& a, const Expr& b);  // a {k, m} read as its transpose

}  // namespace halfstep
