#include "value_words.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

bool only_moves(Op op) {
    return op == Op::cast || (op >= Op::bcast_rows && op <= Op::gather);
}

// "a - b", "sqrt(a)", "max(a, b)"; "" for what is not written that way.
std::string written(Op op, const std::vector<std::string>& operands) {
    const auto infix = [&](const char* sign) { return operands[0] + sign + operands[1]; };
    switch (op) {
        case Op::add:
            return infix(" + ");
        case Op::sub:
            return infix(" - ");
        case Op::mul:
            return infix(" x ");
        case Op::div:
            return infix(" / ");
        case Op::neg:
            return "-" + operands[0];
        case Op::one_bit_sign:
            return "sign(" + operands[0] + ")";
        case Op::sqrt:
        case Op::exp:
        case Op::log:
        case Op::tanh:
        case Op::abs:
        case Op::sign:
        case Op::relu:
            return std::string(op_name(op)) + "(" + operands[0] + ")";
        case Op::max:
        case Op::min:
            return std::string(op_name(op)) + "(" + operands[0] + ", " + operands[1] + ")";
        default:
            return {};
    }
}

// Whether an operator stands outside all brackets.
bool is_compound(const std::string& text) {
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        open += (text[i] == '(' || text[i] == '[') - (text[i] == ')' || text[i] == ']');
        const bool sign = text[i] == '+' || text[i] == '-' || text[i] == 'x' || text[i] == '/';
        if (open == 0 && sign && i > 0 && i + 1 < text.size() && text[i - 1] == ' ' && text[i + 1] == ' ') return true;
    }
    return false;
}

bool is_infix(Op op) {
    return op == Op::add || op == Op::sub || op == Op::mul || op == Op::div;
}

}  // namespace

std::string ValueWords::name(const Location& where, std::size_t before, int depth) {
    const ValueInfo& info = step_.program().values[where.root];
    if (info.lifetime == Lifetime::state) return names_.state(where.root, where.at).text;
    if (info.lifetime == Lifetime::constant) {
        const std::string name = names_.constant(where.root, where.at, where.worker);
        return name.empty() ? "constant" : name;
    }
    const auto d = step_.definition(where, before);
    return d ? formula(*d, depth) : "a value";
}

std::string ValueWords::formula(const RepeatedStep::Definition& d, int depth) {
    const RoundedInstruction& of = step_.instruction(d.instruction);
    const Op op = of.instruction->op;
    if (op == Op::from_host) return host_name(of, d.worker);
    Rounded r;
    r.instruction = d.instruction;
    r.worker = d.worker;
    r.element = d.element;
    if (op == Op::gather)
        if (const auto told = step_.rounding(d.instruction, d.worker, d.element)) r = *told;
    if (only_moves(op)) {
        const auto from = step_.operand(r, 0);
        return from ? name(*from, d.instruction, depth) : "a value";
    }
    if (depth == 0 || op > Op::equal || written(op, {"", ""}).empty()) return kind(d);
    std::vector<std::string> operands;
    for (int k = 0; k < 2 && of.in[k] != no_value; ++k) {
        const auto from = step_.operand(r, k);
        if (!from) return kind(d);
        std::string text = name(*from, d.instruction, depth - 1);
        // A number says more than that it is a constant.
        if (text == "constant") text = number_text(step_.program().values[from->root].initial[0]);
        operands.push_back((is_infix(op) || op == Op::neg) && is_compound(text) ? "(" + text + ")" : text);
    }
    return written(op, operands);
}

// The state a host value is, or was made from.
std::string ValueWords::host_name(const RoundedInstruction& of, int worker) {
    const Program& program = step_.program();
    const ValueId value = of.instruction->host_in[0];
    if (!program.values[value].name.empty()) return program.values[value].name;
    for (const Instruction& I : program.instructions) {
        if (std::find(I.host_out.begin(), I.host_out.end(), value) == I.host_out.end()) continue;
        std::string found;
        bool same = false;
        for (const ValueId in : I.host_in) {
            const std::string& name = program.values[in].name;
            if (name.empty()) continue;
            if (!found.empty()) return "a number of the run";
            found = name;
            same = step_.host(in, worker) == step_.host(value, worker);
        }
        if (!found.empty()) return same ? found : "a number made of " + found;
    }
    return "a number of the run";
}

std::string ValueWords::kind(const RepeatedStep::Definition& d) {
    const RoundedInstruction& of = step_.instruction(d.instruction);
    Rounded r;
    r.instruction = d.instruction;
    r.worker = d.worker;
    r.element = d.element;
    if (const auto to = step_.destination(r); to && step_.program().values[to->root].role == of.instruction->role)
        return names_.state(to->root, to->at).text;
    if (!of.instruction->role) return "a value";
    switch (*of.instruction->role) {
        case Role::activation:
            return "the activation";
        case Role::gradient:
        case Role::grad_operand:
            return "the gradient";
        case Role::comm:
            return "the sum over the workers";
        case Role::comm_scale:
            return "the scale";
        default:
            return "the " + std::string(op_name(of.instruction->op)) + " of the " + of.site->piece;
    }
}

}  // namespace halfstep
