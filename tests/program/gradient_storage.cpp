#include "gradient_cases.hpp"

using namespace halfstep;

std::vector<Differentiable> storage_gradients() {
    const std::vector<double> at = {0.5, -1.25, 2.0, 0.75, 1.5, -0.625};
    return {
        {"slices of one state that overlap", at,
         [](Builder& b, const State& p) {
             return weighted(b, p.slice(0, {2, 2}) * p.slice(2, {2, 2})) + weighted(b, p.slice(1, {1, 3}));
         }},
        {"a slice that is taken twice", at,
         [](Builder& b, const State& p) {
             return weighted(b, tanh(p.slice(1, {1, 3}))) * weighted(b, p.slice(1, {3, 1}));
         }},
        {"views of a recorded value", at,
         [](Builder& b, const State& p) {
             const Expr h = b.let(Role::activation, tanh(p));
             return weighted(b, b.view(h, 0, {2, 2}) / b.view(h, 2, {2, 2})) + weighted(b, h);
         }},
        {"one view and nothing else", at,
         [](Builder& b, const State& p) {
             const Expr h = b.let(Role::fused, p * p);
             return weighted(b, b.view(h, 4, {1, 2}));
         }},
        {"a view of a view, element by element", at,
         [](Builder& b, const State& p) {
             const Expr h = b.let(Role::activation, p * p);
             const Expr part = b.view(h, 1, {2, 2});
             return b.view(part, 0, {}) * b.view(part, 3, {}) + b.view(part, 3, {}) * b.view(h, 5, {});
         }},
        {"a view of a concatenation of views, clipped", at,
         [](Builder& b, const State& p) {
             const Expr h = b.let(Role::fused, tanh(p));
             const Expr all = b.concat(Role::fused, {b.view(h, 2, {1, 3}), 2.0, b.view(h, 0, {})});
             return weighted(b, clip(b.view(all, 1, {1, 4}), -0.7, 1.5) * b.view(all, 0, {}));
         }},
        {"concatenation with padding", at,
         [](Builder& b, const State& p) {
             const Expr all = b.concat(Role::activation, {p.slice(4, {2, 1}), tanh(p), p.slice(0, {})}, 12);
             return weighted(b, all * all) + weighted(b, b.view(all, 1, {1, 4}));
         }},
        {"a state between two formulas", at,
         [](Builder& b, const State& p) {
             const State hidden = b.state("hidden", {2, 3}, Role::activation, {0.0});
             b.store(hidden, Role::activation, tanh(p));
             const Expr first = b.let(Role::activation, weighted(b, hidden.slice(1, {1, 2})));
             return first + weighted(b, hidden * hidden);
         }},
        {"a scalar stored to a whole state",
         {0.5},
         [](Builder& b, const State& p) {
             const State hidden = b.state("hidden", {2, 3}, Role::activation, {0.0});
             b.store(hidden, Role::activation, tanh(p));
             return weighted(b, hidden * hidden);
         }},
    };
}

std::vector<Differentiable> composite_gradients() {
    std::vector<double> at;
    for (int i = 0; i < 12 + 4 + 12 + 3; ++i) at.push_back(((i * 5) % 13 - 6) * 0.2 + 0.05);
    return {
        {"a 3-4-3 network with tanh, softmax and cross entropy", at,
         [](Builder& b, const State& p) {
             const Expr x = b.constant({2, 3}, {0.3, -1.0, 0.7, 1.2, 0.1, -0.4}, Role::activation);
             const Expr target = b.constant({2, 3}, {0, 1, 0, 1, 0, 0}, Role::activation);
             const Expr w1 = p.slice(0, {3, 4}), b1 = p.slice(12, {1, 4});
             const Expr w2 = p.slice(16, {4, 3}), b2 = p.slice(28, {1, 3});
             const Expr h = b.let(Role::activation, tanh(matmul(x, cast(w1), b1)));
             const Expr logits = b.let(Role::activation, matmul(b.let(Role::operand, cast(h)), w2, b2));
             const Expr shifted = b.let(Role::fused, logits - bcast_cols(max_cols(logits), 3));
             const Expr log_sum = b.let(Role::fused, log(sum_cols(exp(shifted))));
             return b.let(Role::fused, sum(target * (bcast_cols(log_sum, 3) - shifted)) * 0.5);
         }},
    };
}
