#include "halfstep/formula/compiler.hpp"

#include "call.hpp"
#include "functions.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

// Operators of a chain that are left unrecorded at most, so that no formula is too deep to record.
constexpr int longest_chain = 16;

BinaryFunction array_operator(Operator op) {
    switch (op) {
        case Operator::add:
            return halfstep::operator+;
        case Operator::subtract:
            return halfstep::operator-;
        case Operator::multiply:
            return halfstep::operator*;
        case Operator::divide:
            return halfstep::operator/;
        case Operator::less:
            return less;
        case Operator::less_equal:
            return less_equal;
        case Operator::greater:
            return [](const Expr& a, const Expr& b) { return less(b, a); };
        case Operator::greater_equal:
            return [](const Expr& a, const Expr& b) { return less_equal(b, a); };
        case Operator::equal:
            return equal;
        case Operator::not_equal:
            return [](const Expr& a, const Expr& b) { return equal(equal(a, b), 0.0); };
        // Of numbers that are 0 or 1, as comparisons make them.
        case Operator::logical_and:
            return halfstep::min;
        case Operator::logical_or:
            return halfstep::max;
        default:
            return nullptr;
    }
}

}  // namespace

Expr Compiler::number(double value) {
    return recording_.numbers ? recording_.b.let(*recording_.numbers, Expr(value)) : Expr(value);
}

void Compiler::check_size(std::int64_t rows, std::int64_t cols, TextSpan at) const {
    if (rows * cols > most_elements)
        formula_.fail(at, "a value of " + std::to_string(rows) + "x" + std::to_string(cols) +
                              " elements; accepted: at most " + std::to_string(most_elements));
}

Array Compiler::made(const Expr& value, int rank, TextSpan at) {
    const Shape shape = value.shape();
    check_size(shape.rows, shape.cols, at);
    recording_.elements += std::int64_t(shape.size()) * (value.per_worker() ? recording_.b.workers() : 1);
    if (recording_.elements > most_elements)
        formula_.fail(at, "the values up to here hold more than " + std::to_string(most_elements) +
                              " elements together, those of every worker counted");
    if (++recording_.operations > most_operations)
        formula_.fail(at, "more than " + std::to_string(most_operations) + " operations in a step");
    return {value, rank};
}

int Compiler::draws_before(const Node& call) {
    if (!draws_) {
        draws_.emplace();
        for (const Node& node : formula_.nodes)
            if (node.kind == NodeKind::call && function_of(formula_, node).doc.offered == Offered::in_models)
                draws_->push_back(node.at.begin);
        std::sort(draws_->begin(), draws_->end());
    }
    return int(std::lower_bound(draws_->begin(), draws_->end(), call.at.begin) - draws_->begin());
}

Array Compiler::expression(NodeId id) {
    const Node& node = formula_[id];
    switch (node.kind) {
        case NodeKind::number:
            return {number(node.number), 0};
        case NodeKind::name:
            return name(node);
        case NodeKind::unary: {
            const Array a = expression(node.children[0]);
            const bool negates = node.op == Operator::negate;
            return made(negates ? -a.value : equal(a.value, 0.0), a.rank, node.at);
        }
        case NodeKind::binary:
            return chain(id);
        case NodeKind::call: {
            Call call(*this, node);
            const FunctionRow& row = function_of(formula_, node);
            if (!row.record)
                formula_.fail(node.at,
                              in_quotes(node.name) +
                                  " is no operation of the emulator; it can stand in constants and conditions, "
                                  "which the host evaluates in binary64");
            return row.record(call);
        }
        case NodeKind::index:
            return index(*this, node);
        case NodeKind::list:
            return list(*this, node);
        default:
            formula_.fail(node.span, "found a text; only round takes one, the name of a format");
    }
}

// a + b + c + ... without a level of recursion for every operator.
Array Compiler::chain(NodeId id) {
    std::vector<NodeId> pending;
    while (formula_[id].kind == NodeKind::binary && formula_[id].op != Operator::power) {
        pending.push_back(id);
        id = formula_[id].children[0];
    }
    Array result = formula_[id].kind == NodeKind::binary ? power(*this, formula_[id]) : expression(id);
    for (int length = 1; !pending.empty(); pending.pop_back(), ++length) {
        const Node& node = formula_[pending.back()];
        const Array right = expression(node.children[1]);
        if (node.op == Operator::matrix_product)
            result = matrix_product(*this, result, right, node.at);
        else
            result = elementwise(*this, array_operator(node.op), result, right, node.at, spelling(node.op));
        if (length % longest_chain == 0) let(result.value);
    }
    return result;
}

Array Compiler::name(const Node& node) {
    const Binding* binding = environment_.find(node.name);
    if (!binding) formula_.fail(node.at, unknown_name("name", node.name, environment_.names()));
    if (const auto* array = std::get_if<Array>(binding)) return *array;
    if (const auto* variable = std::get_if<Variable>(binding)) return {variable->state, variable->rank};
    if (std::holds_alternative<Unavailable>(*binding))
        formula_.fail(node.at, in_quotes(node.name) +
                                   " was assigned inside an if, which may not have run; only w and states keep what "
                                   "an if assigns. Use where(condition, a, b), or a state");
    const HostScalar& scalar = std::get<HostScalar>(*binding);
    if (scalar.is_known()) return {number(scalar.value()), 0};
    Builder& b = recording_.b;
    const Host host = scalar.record(b);
    const auto known = recording_.from_host.find(host.id);
    if (known != recording_.from_host.end()) return {known->second, 0};
    const Expr value = b.from_host(host, recording_.numbers.value_or(recording_.role));
    if (open_branches_ == 0) recording_.from_host.emplace(host.id, value);
    return {value, 0};
}

HostScalar Compiler::host_name(const Node& node) {
    const Binding* binding = environment_.find(node.name);
    if (!binding) formula_.fail(node.at, unknown_name("name", node.name, environment_.names()));
    if (const auto* scalar = std::get_if<HostScalar>(binding)) return *scalar;
    const Array a = name(node);
    if (a.rank != 0)
        formula_.fail(node.at, in_quotes(node.name) + " is " + describe(a.rank, a.value.shape()) +
                                   "; a condition is about numbers. Use where(condition, a, b) for arrays");
    Builder& b = recording_.b;
    if (a.value.per_worker() && !std::holds_alternative<Variable>(*binding))
        formula_.fail(node.at, in_quotes(node.name) +
                                   " differs between the workers; a condition has to be the same "
                                   "for all of them");
    return b.to_host(b.replica(let(a.value)));
}

HostContext Compiler::host_context() {
    return {recording_.b, formula_, [this](const Node& node) { return host_name(node); }, recording_.power_of_step};
}

}  // namespace halfstep::formula
