#include "value_words.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

bool only_moves(Op op) {
    return op == Op::cast || (op >= Op::bcast_rows && op <= Op::gather);
}

// How tightly a text holds together: 1 where a sum, 2 where a product stands outside all brackets, else 3.
int binding(const std::string& text) {
    int open = 0, weakest = 3;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        open += (text[i] == '(' || text[i] == '[') - (text[i] == ')' || text[i] == ']');
        if (open > 0 || i == 0 || text[i - 1] != ' ' || text[i + 1] != ' ') continue;
        if (text[i] == '+' || text[i] == '-') weakest = 1;
        if (text[i] == 'x' || text[i] == '/') weakest = std::min(weakest, 2);
    }
    return weakest;
}

}  // namespace

std::string written(Op op, std::vector<std::string> operands) {
    // Left to right, as the program computes.
    const bool sum = op == Op::add || op == Op::sub, product = op == Op::mul || op == Op::div;
    if (sum || product || op == Op::neg)
        for (std::size_t k = 0; k < operands.size(); ++k)
            if (binding(operands[k]) < (sum ? 1 : 2) + (k > 0 || op == Op::neg)) operands[k] = "(" + operands[k] + ")";
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
        case Op::cast:
            return operands[0];
        case Op::one_bit:
            return operands[0] + " x sign(" + operands[1] + ")";
        case Op::one_bit_error:
            return operands[1] + " - " + operands[0] + " x sign(" + operands[1] + ")";
        default:
            break;
    }
    std::string text = op == Op::one_bit_sign ? "sign" : std::string(op_name(op));
    for (std::size_t k = 0; k < operands.size(); ++k) text += (k == 0 ? "(" : ", ") + operands[k];
    return text + ")";
}

std::string ValueWords::name(const StoredElement& where, std::size_t before, int depth) {
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
    if (depth == 0 || op > Op::equal || op == Op::gate || op == Op::select) return kind(d);
    std::vector<std::string> operands;
    for (int k = 0; k < 3 && of.in[k] != no_value; ++k) {
        const auto from = step_.operand(r, k);
        if (!from) return kind(d);
        const std::string text = name(*from, d.instruction, depth - 1);
        // A number says more than that it is a constant.
        operands.push_back(text == "constant" ? readable_number(step_.program().values[from->root].initial[0]) : text);
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
            const double x = step_.host(value, worker);
            same = x == step_.host(in, worker) || x == step_.state_before(in, 0)[0];
        }
        if (!found.empty()) return same ? found : "a function of " + found;
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
    switch (of.instruction->op) {
        case Op::mul:
            return "a product";
        case Op::add:
            return "a sum";
        case Op::sub:
            return "a difference";
        case Op::div:
            return "a quotient";
        case Op::norm2:
        case Op::norm_rows:
            return "a 2-norm";
        case Op::sum_squares:
            return "a sum of squares";
        case Op::sum_one_bit:
        case Op::sum_workers:
            return "the sum over the workers";
        case Op::max_cols:
            return "the largest of its row";
        case Op::source:
            return "a value from outside";
        default:
            break;
    }
    if (of.instruction->role == Role::activation) return "an activation";
    if (of.instruction->role == Role::gradient || of.site->piece == "backward") return "a gradient";
    return of.instruction->op == Op::matmul || of.instruction->op >= Op::sum ? "a sum" : "a value";
}

}  // namespace halfstep
