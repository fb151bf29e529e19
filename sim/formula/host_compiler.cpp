#include "halfstep/formula/host_compiler.hpp"

#include <cmath>

#include "functions.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

HostFunction host_operator(Operator op) {
    using In = const double*;
    using Out = double*;
    switch (op) {
        case Operator::add:
            return [](In a, Out y) { *y = a[0] + a[1]; };
        case Operator::subtract:
            return [](In a, Out y) { *y = a[0] - a[1]; };
        case Operator::multiply:
            return [](In a, Out y) { *y = a[0] * a[1]; };
        case Operator::divide:
            return [](In a, Out y) { *y = a[0] / a[1]; };
        case Operator::less:
            return [](In a, Out y) { *y = a[0] < a[1]; };
        case Operator::less_equal:
            return [](In a, Out y) { *y = a[0] <= a[1]; };
        case Operator::greater:
            return [](In a, Out y) { *y = a[0] > a[1]; };
        case Operator::greater_equal:
            return [](In a, Out y) { *y = a[0] >= a[1]; };
        case Operator::equal:
            return [](In a, Out y) { *y = a[0] == a[1]; };
        case Operator::not_equal:
            return [](In a, Out y) { *y = a[0] != a[1]; };
        case Operator::logical_and:
            return [](In a, Out y) { *y = a[0] != 0.0 && a[1] != 0.0; };
        case Operator::logical_or:
            return [](In a, Out y) { *y = a[0] != 0.0 || a[1] != 0.0; };
        case Operator::logical_not:
            return [](In a, Out y) { *y = a[0] == 0.0; };
        case Operator::negate:
            return [](In a, Out y) { *y = -a[0]; };
        default:
            return nullptr;
    }
}

class HostCompiler {
public:
    explicit HostCompiler(const HostContext& context) : c_(context) {}

    HostScalar value(NodeId id) {
        const Node& node = c_.formula[id];
        switch (node.kind) {
            case NodeKind::number:
                return node.number;
            case NodeKind::name:
                return c_.lookup(node);
            case NodeKind::unary:
                return apply(c_.b, host_operator(node.op), {value(node.children[0])});
            case NodeKind::binary:
                return chain(id);
            case NodeKind::call:
                return call(node);
            default:
                c_.formula.fail(node.span,
                                "found an array; constants and conditions are numbers, evaluated on the host");
        }
    }

private:
    // a + b + c + ... without a level of recursion for every operator.
    HostScalar chain(NodeId id) {
        std::vector<NodeId> pending;
        while (c_.formula[id].kind == NodeKind::binary && c_.formula[id].op != Operator::power) {
            pending.push_back(id);
            id = c_.formula[id].children[0];
        }
        HostScalar result = c_.formula[id].kind == NodeKind::binary ? power(c_.formula[id]) : value(id);
        for (; !pending.empty(); pending.pop_back()) {
            const Node& node = c_.formula[pending.back()];
            const HostFunction f = host_operator(node.op);
            if (!f) c_.formula.fail(node.at, "\"@\" multiplies matrices; constants and conditions are numbers");
            result = apply(c_.b, f, {result, value(node.children[1])});
        }
        return result;
    }

    HostScalar power(const Node& node) {
        const HostScalar base = value(node.children[0]);
        const Node& exponent = c_.formula[node.children[1]];
        if (exponent.kind == NodeKind::name && exponent.name == "t") {
            const HostScalar t = c_.lookup(exponent);
            if (t.is_known() && base.is_known()) return integer_power(base.value(), t.value());
            if (!base.is_known() || !c_.power_of_step)
                c_.formula.fail(c_.formula[node.children[0]].span,
                                "the base of a power with exponent t has to be the same on every step");
            return c_.power_of_step(c_.formula.source(node.span), base.value());
        }
        const int n = whole_number(c_, node.children[1], -largest_exponent, largest_exponent,
                                   "an exponent (for others write exp(y*log(x)) or sqrt(x), for powers of the step "
                                   "exactly t)");
        return apply(c_.b, [](const double* in, double* out) { *out = integer_power(in[0], in[1]); },
                     {base, double(n)});
    }

    HostScalar call(const Node& node) {
        check_arguments(c_.formula, node);
        const FunctionRow& row = function_of(c_.formula, node);
        if (!row.host)
            c_.formula.fail(node.at, in_quotes(node.name) +
                                         " is for arrays; constants and conditions are numbers, evaluated on the host");
        std::vector<HostScalar> inputs;
        for (const NodeId child : node.children) inputs.push_back(value(child));
        if (inputs.size() < std::size_t(row.host_arguments))
            c_.formula.fail(node.at, in_quotes(node.name) + " of one value is for arrays; here it compares " +
                                         std::to_string(row.host_arguments) + " numbers");
        return apply(c_.b, row.host, inputs);
    }

    const HostContext& c_;
};

}  // namespace

HostScalar compile_on_host(const HostContext& context, NodeId node) {
    return HostCompiler(context).value(node);
}

int whole_number(const HostContext& context, NodeId node, int lowest, int highest, const char* what) {
    const HostScalar x = compile_on_host(context, node);
    const std::string accepted = std::string("; expected ") + what + ": a whole number from " + std::to_string(lowest) +
                                 " to " + std::to_string(highest) + ", the same on every step";
    if (!x.is_known()) context.formula.fail(context.formula[node].span, "this changes from step to step" + accepted);
    if (!(x.value() >= lowest && x.value() <= highest) || x.value() != std::trunc(x.value()))
        context.formula.fail(context.formula[node].span, "found " + number_text(x.value()) + accepted);
    return static_cast<int>(x.value());
}

}  // namespace halfstep::formula
