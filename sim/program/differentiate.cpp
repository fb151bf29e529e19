#include "halfstep/program/differentiate.hpp"

#include <stdexcept>
#include <string>
#include <unordered_map>

namespace halfstep {
namespace {

bool is_transcendental(Op op) {
    return op == Op::tanh || op == Op::exp || op == Op::log || op == Op::sqrt;
}

Expr ones_like(const Expr& scalar, Shape shape) {
    return bcast_rows(bcast_cols(scalar, shape.cols), shape.rows);
}

// A scalar operand was spread over the array: its gradient is the sum over it.
Expr to_shape(const Expr& g, Shape shape) {
    return shape.is_scalar() && !g.shape().is_scalar() ? sum(g) : g;
}

// d out / d in[i], times g. An invalid Expr where the derivative is zero by definition.
Expr derivative(const Instruction& I, int i, const Expr& g, const Expr& a, const Expr& b, const Expr& y) {
    switch (I.op) {
        case Op::add:
            return g;
        case Op::sub:
            return i == 0 ? g : -g;
        case Op::mul:
            return i == 0 ? g * b : g * a;
        case Op::div:
            return i == 0 ? g / b : -((g * y) / b);
        case Op::sqrt:
            return (0.5 * g) / y;
        case Op::exp:
            return g * y;
        case Op::log:
            return g / a;
        case Op::tanh:
            return g * (1.0 - y * y);
        case Op::cast:
            return g;
        case Op::neg:
            return -g;
        case Op::abs:
            return g * sign(a);
        case Op::relu:
            return gate(g, y);
        case Op::gate:
            return i == 0 ? gate(g, b) : Expr();
        // The operand that is not the result gets zero; g - gate(g, .) is g or 0 exactly.
        case Op::max:
            return i == 1 ? gate(g, b - a) : g - gate(g, b - a);
        case Op::min:
            return i == 1 ? gate(g, a - b) : g - gate(g, a - b);
        case Op::bcast_rows:
            return sum_rows(g);
        case Op::bcast_cols:
            return sum_cols(g);
        case Op::transpose:
            return transpose(g);
        case Op::gather:
            return i == 0 ? scatter_add(g, b, a.shape().rows) : Expr();
        case Op::scatter_add:
            return i == 0 ? gather(g, b) : Expr();
        case Op::sum:
            return ones_like(g, a.shape());
        case Op::sum_rows:
            return bcast_rows(g, a.shape().rows);
        case Op::sum_cols:
            return bcast_cols(g, a.shape().cols);
        case Op::norm2:
            return (a / y) * g;
        case Op::norm_rows:
            return a * bcast_cols(g / y, a.shape().cols);
        case Op::max_cols:
            return {};
        case Op::matmul:
            if (i == 2) return sum_rows(g);
            if (!I.transpose_a) return i == 0 ? matmul(g, transpose(b)) : matmul_transposed(a, g);
            return i == 0 ? matmul(b, transpose(g)) : matmul(a, g);
        default:
            throw std::logic_error("no derivative for " + std::string(op_name(I.op)));
    }
}

}  // namespace

std::vector<Expr> differentiate(Builder& b, const Expr& loss, const std::vector<Expr>& wrt, const Expr& seed) {
    const auto recorded_before = b.program_.instructions.size();
    std::vector<bool> depends(b.program_.values.size(), false);
    for (const Expr& w : wrt) depends[w.node()->value] = true;
    for (std::size_t at = 0; at < recorded_before; ++at) {
        const Instruction& I = b.program_.instructions[at];
        for (ValueId in : I.in)
            if (in != no_value && I.out != no_value && depends[in]) depends[I.out] = true;
    }

    std::unordered_map<ValueId, Expr> adjoint;
    adjoint[loss.node()->value] = b.let(Role::fused, cast(seed));

    // Where a value lives decides where its gradient does: what the forward pass kept in `fused`
    // stays there, everything else is a gradient as it is stored.
    auto home = [&](ValueId v) {
        const ValueInfo& info = b.program_.values[v];
        return info.lifetime == Lifetime::temporary && info.role == Role::fused ? Role::fused : Role::gradient;
    };
    auto settle = [&](Role role, const Expr& e) {
        const ValueId id = e.node()->value;
        return id != no_value && b.program_.values[id].role == role ? e : b.let(role, cast(e));
    };

    for (std::size_t at = recorded_before; at-- > 0;) {
        const Instruction I = b.program_.instructions[at];
        if (I.out == no_value || !depends[I.out]) continue;
        const auto found = adjoint.find(I.out);
        if (found == adjoint.end()) continue;
        const Role inner = I.role == Role::fused || is_transcendental(I.op) ? Role::fused : Role::gradient;
        Expr g = found->second;
        if (I.op == Op::matmul) g = b.let(Role::grad_operand, cast(g));
        const Expr a = b.recorded(I.in[0]);
        const Expr second = I.in[1] == no_value ? Expr() : b.recorded(I.in[1]);
        const Expr y = b.recorded(I.out);
        for (int i = 0; i < 3; ++i) {
            const ValueId v = I.in[i];
            if (v == no_value || !depends[v]) continue;
            const Expr rule = derivative(I, i, I.op == Op::matmul && i == 2 ? found->second : g, a, second, y);
            if (!rule.valid()) continue;
            const Role role = home(v);
            Expr contribution = b.let(inner, to_shape(rule, b.program_.values[v].shape));
            if (role == Role::gradient) contribution = settle(role, contribution);
            const auto previous = adjoint.find(v);
            if (previous == adjoint.end())
                adjoint.emplace(v, contribution);
            else
                previous->second = b.let(role, previous->second + contribution);
        }
    }

    std::vector<Expr> gradients;
    for (const Expr& w : wrt) {
        const auto found = adjoint.find(w.node()->value);
        gradients.push_back(found == adjoint.end() ? b.let(Role::gradient, ones_like(0.0, w.shape()))
                                                   : settle(Role::gradient, found->second));
    }
    return gradients;
}

}  // namespace halfstep
