#include "gradient_cases.hpp"

using namespace halfstep;

namespace {

using Unary = Expr (*)(const Expr&);

std::vector<double> some(int n) {
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(((i * 7) % 11 - 5) * 0.375 + 0.1);
    return x;
}

// Of a {3, 4} array, squared first so that every element gets another gradient.
Differentiable of_matrix(const std::string& name, Unary f) {
    return {name, some(12), [f](Builder& b, const State& p) {
                const Expr x = p.slice(0, {3, 4});
                return weighted(b, f(x * x));
            }};
}

Differentiable product(const std::string& name, Shape a, Shape x, bool transposed, bool start) {
    const int n = a.size() + x.size() + x.cols;
    return {name, some(n), [=](Builder& b, const State& p) {
                const Expr left = p.slice(0, a), right = p.slice(a.size(), x);
                const Expr init = start ? Expr(p.slice(a.size() + x.size(), {1, x.cols})) : Expr();
                const Expr out = transposed ? matmul_transposed(left, right) : matmul(left, right, init);
                return weighted(b, out * out);
            }};
}

}  // namespace

std::vector<Differentiable> array_gradients() {
    return {
        of_matrix("sum", sum),
        of_matrix("sum_rows", sum_rows),
        of_matrix("sum_cols", sum_cols),
        of_matrix("norm2", norm2),
        of_matrix("norm_rows", norm_rows),
        of_matrix("transpose", transpose),
        {"bcast_rows", some(4), [](Builder& b, const State& p) { return weighted(b, bcast_rows(p * p, 3)); }},
        {"bcast_cols", some(4),
         [](Builder& b, const State& p) { return weighted(b, bcast_cols(transpose(p * p), 3)); }},
        {"bcast_rows of a scalar", some(1), [](Builder& b, const State& p) { return weighted(b, bcast_rows(p, 3)); }},
        {"sum of a scalar", some(1), [](Builder&, const State& p) { return sum(p * p); }},
        // Rows 2, 0, 2: one taken twice, one never.
        {"gather", some(12),
         [](Builder& b, const State& p) {
             const Expr rows = gather(p.slice(0, {4, 3}), b.constant({3, 1}, {2, 0, 2}, std::nullopt));
             return weighted(b, rows * rows);
         }},
        {"scatter_add", some(9),
         [](Builder& b, const State& p) {
             const Expr all = scatter_add(p.slice(0, {3, 3}), b.constant({3, 1}, {2, 0, 2}, std::nullopt), 4);
             return weighted(b, all * all);
         }},
        of_matrix("max_all", max_all),
        {"take", some(12),
         [](Builder& b, const State& p) {
             const Expr some = take(p.slice(0, {3, 4}), b.constant({1, 3}, {7, 0, 7}, std::nullopt));
             return weighted(b, some * some);
         }},
        {"the element that stands where another array is largest", some(8),
         [](Builder& b, const State& p) {
             const Expr h = b.let(Role::activation, tanh(p));
             return take(b.view(h, 0, {1, 4}), argmax(b.view(h, 4, {2, 2}))) * sum(h);
         }},
        {"the elements of largest magnitude", some(8),
         [](Builder& b, const State& p) { return weighted(b, top_k(tanh(p), 3)); }},
        // Every row's largest is subtracted, so its own derivative cancels.
        {"max_cols inside a softmax", some(12),
         [](Builder& b, const State& p) {
             const Expr x = p.slice(0, {3, 4});
             const Expr e = b.let(Role::fused, exp(x - bcast_cols(max_cols(x), 4)));
             return weighted(b, e / bcast_cols(sum_cols(e), 4));
         }},
        product("matmul", {2, 3}, {3, 4}, false, false),
        product("matmul with a start row", {2, 3}, {3, 4}, false, true),
        product("matmul of a column and a row", {3, 1}, {1, 2}, false, true),
        product("matmul of a row and a column", {1, 3}, {3, 1}, false, false),
        product("matmul of scalars", {1, 1}, {1, 1}, false, true),
        product("matmul with the left side transposed", {3, 2}, {3, 4}, true, false),
        product("matmul of a transposed column", {3, 1}, {3, 2}, true, false),
    };
}
