#include "trace_cadence.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/program/recorder.hpp"

namespace halfstep {
namespace {

// Nanoseconds an element of the result, or an element of the operand of a reduction.
double element_cost(Op op) {
    switch (op) {
        case Op::exp:
        case Op::log:
        case Op::tanh:
            return 6.0;
        case Op::div:
        case Op::sqrt:
        case Op::sum:
        case Op::sum_cols:
        case Op::norm2:
        case Op::norm_rows:
        case Op::source:
            return 1.0;
        default:
            return 0.3;
    }
}

}  // namespace

StepCost estimate_cost(const Program& program, std::size_t tensors) {
    constexpr double dispatch = 10, multiply_add = 0.1, told = 6, a_row = 4000, a_series = 3000, a_weight = 3;
    StepCost cost;
    double stored = 0, roles = 0;
    for (const Instruction& I : program.instructions) {
        cost.step += dispatch;
        if (I.out == no_value) continue;
        const ValueInfo& out = program.values[static_cast<std::size_t>(I.out)];
        bool per_worker = out.per_worker;
        double n = out.shape.size();
        if (I.in[0] != no_value) {
            const ValueInfo& in = program.values[static_cast<std::size_t>(I.in[0])];
            per_worker = per_worker || in.per_worker;
            if (I.op >= Op::sum && I.op <= Op::norm_rows) n = in.shape.size();
        }
        const double copies = per_worker ? program.workers : 1;
        cost.step += copies * (dispatch + n * element_cost(I.op));
        cost.trace += copies * out.shape.size() * told;
        if (I.op == Op::matmul) {
            const ValueInfo& a = program.values[static_cast<std::size_t>(I.in[0])];
            const double depth = I.transpose_a ? a.shape.rows : a.shape.cols;
            cost.step += copies * n * depth * multiply_add;
            cost.trace += copies * std::min<double>(n, results_with_terms) * depth * 2 * told;
        }
    }
    for (const ValueInfo& v : program.values)
        if (v.lifetime == Lifetime::state && v.space == Space::array && !v.name.empty())
            stored += double(v.shape.size()) * (v.per_worker ? program.workers : 1);
    roles = 12;
    cost.record = a_series + stored * 0.5;
    cost.trace += cost.step + stored * a_weight + (double(tensors) + roles) * a_row;
    return cost;
}

std::int64_t trace_cadence(const RunSpec& spec, const StepCost& cost) {
    if (spec.trace_every < 0) return 0;
    if (spec.trace_every > 0) return spec.trace_every;
    const double steps = double(spec.steps);
    const double run = steps * cost.step + steps / double(spec.record_every) * cost.record;
    const double affordable = std::clamp(0.08 * run / cost.trace, 2.0, double(most_traced_steps));
    const double between = std::ceil(steps / (affordable - 1));
    return std::int64_t(std::ceil(between / double(spec.record_every))) * spec.record_every;
}

}  // namespace halfstep
