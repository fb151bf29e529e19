#include "instruction_recorder.hpp"

#include "structure.hpp"
#include "visit_operation.hpp"

namespace halfstep {
namespace {

PlacedRounder rounder(const Bound<float>& b, Way way, const RoundingData<float>& data,
                      GeneralRounding General::*rounding, int worker) {
    return {way, data, b.general ? &(b.general->*rounding) : nullptr, b.general ? b.general->step : nullptr, worker};
}

}  // namespace

InstructionRecorder::InstructionRecorder(const Bound<float>& bound, const RoundedInstruction& of,
                                         const InstructionRoundings& roundings, int worker, RoundingObserver* observer)
    : b_(bound),
      of_(of),
      roundings_(roundings),
      w_(worker),
      observer_(observer),
      general_(bound.general),
      summation_(general_ ? general_->summation : Summation{}),
      to_result_(result_rounder(bound, worker)),
      to_product_(rounder(bound, bound.product_way, bound.product, &General::product, worker)),
      to_partial_(rounder(bound, bound.accumulator_way, bound.accumulator, &General::accumulator, worker)) {}

void InstructionRecorder::tell(const Values& v, int n, RoundingPart part, int operands, const Position& position) {
    if (n == 0) return;
    if (!observer_) {
        if (part != RoundingPart::result) return;
        float* out = b_.result_of(w_) + position.element;
        for (int i = 0; i < n; ++i) out[i] = static_cast<float>(v.rounded[i]);
        return;
    }
    if (part != RoundingPart::result && !tells_terms_) return;
    const Op op = of_.instruction->op;
    std::optional<Role> role = of_.instruction->role;
    const Rounding* rounding = &roundings_.result;
    if (part != RoundingPart::result && op != Op::sum_workers && op != Op::sum_one_bit) {
        const bool product = part == RoundingPart::product, wide = op >= Op::wide_sum && op <= Op::norm_rows;
        rounding = product ? &roundings_.product : &roundings_.accumulator;
        role = wide ? std::nullopt : std::optional(product ? Role::product : Role::accumulator);
    }
    const auto size = static_cast<std::size_t>(n);
    auto values = [&](int i, const std::array<double, block>& from) {
        return operands > i ? std::span<const double>(from.data(), size) : std::span<const double>();
    };
    observer_->roundings({.of = of_,
                          .worker = w_,
                          .part = part,
                          .role = role,
                          .rounding = *rounding,
                          .first_element = position.element,
                          .first_term = position.term,
                          .element_step = position.element_step,
                          .term_step = position.term_step,
                          .operands = {values(0, v.a), values(1, v.b), values(2, v.c)},
                          .exact = {v.exact.data(), size},
                          .rounded = {v.rounded.data(), size}});
}

void InstructionRecorder::tell_results(Values& v, int n, std::int64_t element, int operands) {
    for (int i = 0; i < n; ++i) v.exact[i] = v.a[i];
    to_result_(v.exact.data(), v.rounded.data(), n, {.element = element});
    tell(v, n, RoundingPart::result, operands, {.element = element});
}

template <class F>
double InstructionRecorder::exact(double a, double b) const {
    return to_result_.mode() ? kernels::exact_result<F>(*to_result_.mode(), a, b) : F::to_odd(a, b);
}

template <class F>
void InstructionRecorder::binary() {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) v.a[i] = operand(0, b_.scalar[0] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.b[i] = operand(1, b_.scalar[1] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.exact[i] = exact<F>(v.a[i], v.b[i]);
        to_result_(v.exact.data(), v.rounded.data(), n, {.element = first});
        tell(v, n, RoundingPart::result, 2, {.element = first});
    }
}

template <class F>
void InstructionRecorder::unary() {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) v.a[i] = operand(0, b_.scalar[0] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.exact[i] = F::to_odd(v.a[i]);
        to_result_(v.exact.data(), v.rounded.data(), n, {.element = first});
        tell(v, n, RoundingPart::result, 1, {.element = first});
    }
}

void InstructionRecorder::elementary(void (*f)(const double*, double*, int)) {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) v.a[i] = operand(0, first + i);
        f(v.a.data(), v.exact.data(), n);
        to_result_(v.exact.data(), v.rounded.data(), n, {.element = first});
        tell(v, n, RoundingPart::result, 1, {.element = first});
    }
}

void InstructionRecorder::select() {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) v.a[i] = operand(0, b_.scalar[0] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.b[i] = operand(1, b_.scalar[1] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.c[i] = operand(2, b_.scalar[2] ? 0 : first + i);
        for (int i = 0; i < n; ++i) v.exact[i] = v.a[i] != 0.0 ? v.b[i] : v.c[i];
        to_result_(v.exact.data(), v.rounded.data(), n, {.element = first});
        tell(v, n, RoundingPart::result, 3, {.element = first});
    }
}

// Which element of the operand an element of the result is.
std::int64_t InstructionRecorder::source_of(std::int64_t element) const {
    const std::int64_t row = element / b_.cols, col = element % b_.cols;
    switch (of_.instruction->op) {
        case Op::bcast_rows:
            return col;
        case Op::bcast_cols:
            return row;
        case Op::transpose:
            return col * b_.rows + row;
        default:
            return std::int64_t(kernels::row_index(b_.operand(1, w_)[row], b_.depth)) * b_.cols + col;
    }
}

void InstructionRecorder::moved() {
    const bool gathers = of_.instruction->op == Op::gather;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) values_.a[i] = operand(0, source_of(first + i));
        if (gathers)
            for (int i = 0; i < n; ++i)
                values_.b[i] = kernels::row_index(b_.operand(1, w_)[(first + i) / b_.cols], b_.depth);
        tell_results(values_, n, first, gathers ? 2 : 1);
    }
}

void InstructionRecorder::largest_of_rows() {
    for (int first = 0; first < b_.rows; first += block) {
        const int n = std::min(block, b_.rows - first);
        for (int i = 0; i < n; ++i) {
            const float* row = b_.operand(0, w_) + std::ptrdiff_t(first + i) * b_.cols;
            float largest = row[0];
            for (int c = 1; c < b_.cols; ++c) largest = kernels::Max::direct(largest, row[c]);
            values_.a[i] = static_cast<double>(largest);
        }
        tell_results(values_, n, first);
    }
}

// What an attachment gives; `inject` starts from the gradient, which is its operand.
void InstructionRecorder::from_outside() {
    const bool injects = of_.instruction->op == Op::inject;
    for (int i = 0; injects && i < b_.n; ++i) b_.scratch[i] = operand(0, i);
    b_.attachment->produce(static_cast<std::int64_t>(*b_.host_in[0]), w_, b_.scratch, b_.n);
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) v.a[i] = injects ? operand(0, first + i) : 0.0;
        std::copy_n(b_.scratch + first, n, v.exact.begin());
        to_result_(v.exact.data(), v.rounded.data(), n, {.element = first});
        tell(v, n, RoundingPart::result, injects ? 1 : 0, {.element = first});
    }
}

void InstructionRecorder::record(Interest interest) {
    using namespace kernels;
    const Op op = of_.instruction->op;
    const bool terms = interest >= Interest::results_and_some_terms;
    tells_terms_ = terms;
    if (general_) interest = Interest::results_and_terms;
    if (op == Op::matmul && interest == Interest::results_and_some_terms) some_terms();
    if (op == Op::matmul && interest != Interest::results_and_terms) return last_sums();
    if (!terms && !general_ && (op == Op::scatter_add || (op >= Op::sum && op <= Op::sum_cols))) return last_sums();
    switch (op) {
        case Op::select:
            return select();
        case Op::exp:
            return elementary(exp_to_odd);
        case Op::log:
            return elementary(log_to_odd);
        case Op::tanh:
            return elementary(tanh_to_odd);
        case Op::bcast_rows:
        case Op::bcast_cols:
        case Op::transpose:
        case Op::gather:
            return moved();
        case Op::scatter_add:
            return scatter_add();
        case Op::sum:
        case Op::sum_rows:
        case Op::sum_cols:
            return ordered_sums();
        case Op::max_cols:
            return largest_of_rows();
        case Op::wide_sum:
            return wide_sums(WideSum::plain, 1, b_.rows * b_.cols, terms);
        case Op::sum_squares:
            return wide_sums(WideSum::squares, 1, b_.rows * b_.cols, terms);
        case Op::norm2:
            return wide_sums(WideSum::norm, 1, b_.rows * b_.cols, terms);
        case Op::norm_rows:
            return wide_sums(WideSum::norm, b_.rows, b_.cols, terms);
        case Op::sum_workers:
            return sum_workers();
        case Op::sum_one_bit:
            return sum_one_bit();
        case Op::matmul:
            return matmul();
        case Op::source:
        case Op::inject:
            return from_outside();
        case Op::from_host:
            values_.a[0] = b_.host_in[0][w_ * b_.host_in_stride[0]];
            return tell_results(values_, 1, 0, 0);
        default:  // indices, and host space, round nothing
            visit_operation(op, Overloaded{[this]<class F>(UnaryOperation<F>) { unary<F>(); },
                                           [this]<class F>(BinaryOperation<F>) { binary<F>(); }});
    }
}

}  // namespace halfstep
