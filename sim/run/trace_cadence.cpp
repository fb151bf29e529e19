#include "trace_cadence.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "halfstep/program/recorder.hpp"

namespace halfstep {
namespace {

// Nanoseconds an element of the result, or of the operand of a reduction, on the machine of
// docs/performance.md. Only their proportions matter.
double element_cost(Op op) {
    switch (op) {
        case Op::source:
            return 25.0;  // random draws
        case Op::exp:
        case Op::log:
        case Op::tanh:
            return 3.5;
        case Op::expm1:
        case Op::log1p:
        case Op::logistic:
        case Op::erf:
        case Op::sin:
        case Op::cos:
        case Op::rsqrt:
        case Op::powi:
            return 150.0;
        case Op::div:
        case Op::sqrt:
        case Op::sum:
        case Op::sum_cols:
        case Op::wide_sum:
        case Op::sum_squares:
        case Op::norm2:
        case Op::norm_rows:
            return 0.8;
        default:
            return 0.12;
    }
}
constexpr double dispatch = 4;         // an instruction
constexpr double multiply_add = 0.05;  // of a matrix product
constexpr double series = 3000;        // a record
constexpr double told = 3.5;           // a rounding heard of
constexpr double telling = 80;         // an instruction heard of
constexpr double row = 300;            // of tensors.csv or exponents.csv, written and composed
constexpr double stored_value = 3;     // described
constexpr double share = 0.07;         // of the run's time; the events take some, too

// Rows of a tensor or role with so many values: one, and as many exponents as so many values have about.
double rows_of(double values) {
    return 2 + std::min(values, 10.0);
}

const ValueInfo& info_of(const Program& program, ValueId v) {
    return program.values[static_cast<std::size_t>(v)];
}

}  // namespace

StepCost estimate_cost(const Program& program, const std::vector<StoredTensor>& tensors) {
    StepCost cost;
    std::map<std::pair<std::string, Role>, double> results_of;  // by piece and role
    for (const Instruction& I : program.instructions) {
        cost.step += dispatch;
        if (I.out == no_value) continue;
        const double results = info_of(program, I.out).shape.size();
        double elements = results, copies = info_of(program, I.out).per_worker ? program.workers : 1;
        if (I.in[0] != no_value) {
            const ValueInfo& in = info_of(program, I.in[0]);
            if (in.per_worker) copies = program.workers;
            if (I.op >= Op::sum && I.op <= Op::norm_rows) elements = in.shape.size();
        }
        cost.step += copies * (dispatch + elements * element_cost(I.op));
        cost.trace += copies * (telling + results * told);
        if (I.role) results_of[{program.sites[static_cast<std::size_t>(I.site)].piece, *I.role}] += results;
        if (I.op == Op::matmul) {
            const Shape a = info_of(program, I.in[0]).shape;
            const double depth = I.transpose_a ? a.rows : a.cols;
            cost.step += copies * results * depth * multiply_add;
            cost.trace += copies * std::min<double>(results, results_with_terms) * depth * 2 * told;
        }
    }
    double stored = 0, rows = 0;
    for (const StoredTensor& t : tensors) {
        stored += double(t.size) * (info_of(program, t.state).per_worker ? program.workers : 1);
        rows += rows_of(double(t.size));
    }
    for (const auto& [place, results] : results_of) rows += rows_of(results);
    cost.record = series + stored * 0.5;
    cost.trace += cost.step + stored * stored_value + rows * row;
    return cost;
}

std::int64_t trace_cadence(const RunSpec& spec, const StepCost& cost) {
    if (spec.trace_every < 0) return 0;
    if (spec.trace_every > 0) return spec.trace_every;
    const double steps = double(spec.steps);
    const double run = steps * cost.step + steps / double(spec.record_every) * cost.record;
    const double affordable = std::clamp(share * run / cost.trace, 2.0, double(most_traced_steps));
    const double between = std::ceil(steps / (affordable - 1));
    return std::int64_t(std::ceil(between / double(spec.record_every))) * spec.record_every;
}

}  // namespace halfstep
