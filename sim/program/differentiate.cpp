#include "halfstep/program/differentiate.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "adjoints.hpp"

namespace halfstep {
namespace {

bool is_transcendental(Op op) {
    return op >= Op::sqrt && op <= Op::powi;
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
        case Op::expm1:
            return g * (y + 1.0);
        case Op::log1p:
            return g / (1.0 + a);
        case Op::logistic:
            return g * (y * (1.0 - y));
        case Op::erf:
            return g * (0x1.20dd750429b6dp+0 * exp(-(a * a)));  // 2/sqrt(pi)
        case Op::sin:
            return g * cos(a);
        case Op::cos:
            return -(g * sin(a));
        case Op::rsqrt:
            return ((-0.5 * g) * y) / a;
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
        // The operand that is not the result gets zero, also where g is infinite.
        case Op::max:
            return gate(g, i == 1 ? b - a : one_bit_sign(a - b));
        case Op::min:
            return gate(g, i == 1 ? a - b : one_bit_sign(b - a));
        case Op::select:
            return i == 0 ? Expr() : i == 1 ? select(a, g, 0.0) : select(a, 0.0, g);
        case Op::sign:
        case Op::less:
        case Op::less_equal:
        case Op::equal:
        case Op::argmax:
        case Op::argmax_cols:
        case Op::among_largest:
            return {};
        case Op::bcast_rows:
            return sum_rows(g);
        case Op::bcast_cols:
            return sum_cols(g);
        case Op::transpose:
            return transpose(g);
        case Op::gather:
            return i == 0 ? scatter_add(g, b, a.shape().size() / g.shape().cols) : Expr();
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

// n a^(n-1), times g; the exponent is a constant.
Expr power_rule(Builder& b, const Expr& g, const Expr& a, double n) {
    return g * (n * powi(a, b.constant({}, {n - 1.0}, std::nullopt)));
}

// Which operands of the first `count` instructions depend on what is differentiated with respect to.
std::vector<std::array<bool, 3>> dependencies(const Program& p, std::size_t count, const std::vector<ValueId>& wrt) {
    std::vector<std::vector<ValueId>> dependent(p.values.size());  // by root
    auto depends = [&](ValueId v) {
        const std::vector<ValueId>& known = dependent[p.values[v].root];
        return std::any_of(known.begin(), known.end(), [&](ValueId k) { return overlap(p.values[k], p.values[v]); });
    };
    for (const ValueId w : wrt) dependent[p.values[w].root].push_back(w);
    std::vector<std::array<bool, 3>> result(count, {false, false, false});
    for (std::size_t at = 0; at < count; ++at) {
        const Instruction& I = p.instructions[at];
        if (I.out == no_value) continue;
        for (std::size_t i = 0; i < 3; ++i) result[at][i] = I.in[i] != no_value && depends(I.in[i]);
        if (result[at] != std::array<bool, 3>{} && !depends(I.out)) dependent[p.values[I.out].root].push_back(I.out);
    }
    return result;
}

}  // namespace

std::vector<Expr> differentiate(Builder& b, const Expr& loss, const std::vector<Expr>& wrt, const Expr& seed) {
    const auto recorded_before = b.program_.instructions.size();
    auto value = [&](ValueId v) -> const ValueInfo& { return b.program_.values[v]; };
    std::vector<ValueId> variables;
    for (const Expr& w : wrt) variables.push_back(b.lower(w, Role::gradient));  // refuses an older version
    if (b.program_.instructions.size() != recorded_before || loss.node()->value == no_value)
        throw std::logic_error("differentiate: the loss and what it depends on have to be recorded");
    const auto needed = dependencies(b.program_, recorded_before, variables);
    auto is_variable = [&](ValueId v) {
        return std::any_of(variables.begin(), variables.end(), [&](ValueId k) { return overlap(value(k), value(v)); });
    };
    // States are the only storage that is written again.
    std::vector<std::size_t> stores;
    for (std::size_t at = 0; at < recorded_before; ++at) {
        const ValueId out = b.program_.instructions[at].out;
        if (out != no_value && value(out).lifetime == Lifetime::state) stores.push_back(at);
    }
    auto overwritten = [&](ValueId v, std::size_t since) {
        return value(v).lifetime == Lifetime::state && std::any_of(stores.begin(), stores.end(), [&](std::size_t at) {
                   return at > since && overlap(value(b.program_.instructions[at].out), value(v));
               });
    };
    // The operand as the forward pass read it; using an older version is refused when it is lowered.
    auto operand = [&](ValueId v, std::size_t at) {
        if (v == no_value) return Expr();
        const Expr e = b.recorded(v);
        if (overwritten(v, at)) --e.node()->version;
        return e;
    };

    // Where a value lives decides where its gradient does: what the forward pass kept in `fused`
    // stays there, everything else is a gradient as it is stored.
    auto home = [&](ValueId v) {
        const ValueInfo& info = value(v);
        return info.lifetime == Lifetime::temporary && info.role == Role::fused ? Role::fused : Role::gradient;
    };
    auto settle = [&](Role role, const Expr& e) {
        const ValueId id = e.node()->value;
        return id != no_value && value(id).role == role ? e : b.let(role, cast(e));
    };

    Adjoints adjoints(b);
    adjoints.add(loss.node()->value, b.let(Role::fused, cast(seed)), Role::fused);
    for (std::size_t at = recorded_before; at-- > 0;) {
        const Instruction I = b.program_.instructions[at];
        if (needed[at] == std::array<bool, 3>{}) continue;
        const bool is_store = value(I.out).lifetime == Lifetime::state;
        if (is_store && is_variable(I.out)) continue;  // the variable is what was stored
        const Expr stored = adjoints.of(I.out, home(I.out));
        if (!stored.valid()) continue;
        if (is_store) adjoints.forget(I.out);
        const Role inner = I.role == Role::fused || is_transcendental(I.op) ? Role::fused : Role::gradient;
        const Expr g = I.op == Op::matmul ? b.let(Role::grad_operand, cast(stored)) : stored;
        const Expr a = operand(I.in[0], at), second = operand(I.in[1], at), y = operand(I.out, at);
        for (int i = 0; i < 3; ++i) {
            const ValueId v = I.in[i];
            if (v == no_value || !needed[at][i]) continue;
            const Expr rule = I.op == Op::powi
                                  ? power_rule(b, g, a, value(I.in[1]).initial[0])
                                  : derivative(I, i, I.op == Op::matmul && i == 2 ? stored : g, a, second, y);
            if (!rule.valid()) continue;
            if (overwritten(v, at))
                throw std::logic_error("differentiate: the loss reads an older version of " + value(v).name);
            if (value(v).first_replica && std::find(variables.begin(), variables.end(), v) == variables.end())
                throw std::logic_error("no derivative through a replica");
            const Role role = home(v);
            Expr contribution = b.let(inner, to_shape(rule, value(v).shape));
            if (role == Role::gradient) contribution = settle(role, contribution);
            adjoints.add(v, contribution, role);
        }
    }

    std::vector<Expr> gradients;
    for (std::size_t i = 0; i < wrt.size(); ++i) {
        const Expr found = adjoints.of(variables[i], Role::gradient);
        gradients.push_back(found.valid() ? settle(Role::gradient, found)
                                          : b.let(Role::gradient, ones_like(0.0, wrt[i].shape())));
    }
    return gradients;
}

}  // namespace halfstep
