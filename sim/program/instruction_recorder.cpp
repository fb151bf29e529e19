#include "instruction_recorder.hpp"

#include "halfstep/format/exact_sum.hpp"
#include "operations.hpp"
#include "structure.hpp"

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

// Row by row of the table; the order within an element's sum is the kernel's.
void InstructionRecorder::scatter_add() {
    Values& v = values_;
    for (int row = 0; row < b_.rows; ++row)
        for (int first = 0; first < b_.cols; first += block) {
            const int n = std::min(block, b_.cols - first);
            const std::int64_t element = std::int64_t(row) * b_.cols + first;
            std::fill_n(sum_.begin(), n, 0.0);
            for (int r = 0; r < b_.depth; ++r) {
                if (kernels::row_index(b_.operand(1, w_)[r], b_.rows) != row) continue;
                for (int i = 0; i < n; ++i) {
                    v.a[i] = sum_[i];
                    v.b[i] = operand(0, std::int64_t(r) * b_.cols + first + i);
                    v.exact[i] = to_partial_.sum_to_odd(v.a[i], v.b[i]);
                }
                to_partial_(v.exact.data(), v.rounded.data(), n, {.element = element, .term = r});
                tell(v, n, RoundingPart::partial, 2, {.element = element, .term = r});
                std::copy_n(v.rounded.begin(), n, sum_.begin());
            }
            std::copy_n(sum_.begin(), n, v.a.begin());
            tell_results(v, n, element);
        }
}

// The kernel itself, without its last rounding, gives the last partial sums.
void InstructionRecorder::last_sums() {
    Bound<float> unrounded = b_;
    unrounded.result_way = Way::native;
    unrounded.kernel(unrounded, w_);
    const float* sums = b_.result_of(w_);
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        for (int i = 0; i < n; ++i) values_.a[i] = static_cast<double>(sums[first + i]);
        tell_results(values_, n, first);
    }
}

// One sum: batches along its terms.
void InstructionRecorder::long_sum(const float* x, int n, std::int64_t element) {
    Values& v = values_;
    double sum = 0.0;
    for (int first = 0; first < n; first += block) {
        const int count = std::min(block, n - first);
        for (int i = 0; i < count; ++i) {
            v.a[i] = sum;
            v.b[i] = static_cast<double>(x[first + i]);
            v.exact[i] = to_partial_.sum_to_odd(v.a[i], v.b[i]);
            sum = v.rounded[i] = to_partial_.one(v.exact[i], {.element = element, .term = first + i});
        }
        tell(v, count, RoundingPart::partial, 2, {element, first, 0, 1});
    }
    v.a[0] = sum;
    tell_results(v, 1, element);
}

void InstructionRecorder::add(double* sum, const double* term, int n, const Position& position) {
    Values& v = values_;
    std::copy_n(sum, n, v.a.begin());
    std::copy_n(term, n, v.b.begin());
    for (int i = 0; i < n; ++i) v.exact[i] = to_partial_.sum_to_odd(v.a[i], v.b[i]);
    to_partial_(v.exact.data(), v.rounded.data(), n, position);
    tell(v, n, RoundingPart::partial, 2, position);
    std::copy_n(v.rounded.begin(), n, sum);
}

// Many sums: batches across them, term after term. term(first, n, k, out) gives term k of n sums.
template <class Term>
void InstructionRecorder::sums(int elements, int terms, Term term) {
    Values& v = values_;
    for (int first = 0; first < elements; first += block) {
        const int n = std::min(block, elements - first);
        for (int i = 0; i < n; ++i) sum_[i] = b_.in[2] ? operand(2, (first + i) % b_.cols) : 0.0;
        switch (summation_.order) {
            case SumOrder::ordered:
                for (int k = 0; k < terms; ++k) {
                    Batch next;
                    term(first, n, k, next.data());
                    add(sum_.data(), next.data(), n, {.element = first, .term = k});
                }
                break;
            case SumOrder::kahan:
                kahan_sums(first, n, terms, term);
                break;
            case SumOrder::chunked:
                chunked_sums(first, n, terms, term);
                break;
            case SumOrder::pairwise:
                pairwise_sums(first, n, terms, term);
                break;
            case SumOrder::fused:
                fused_sums(first, n, terms, term);
                break;
        }
        std::copy_n(sum_.begin(), n, v.a.begin());
        tell_results(v, n, first);
    }
}

// y = x - c; t = s + y; c = (t - s) - y; s = t (Kahan 1965, "Further remarks on reducing truncation errors").
template <class Term>
void InstructionRecorder::kahan_sums(int first, int n, int terms, Term term) {
    Batch y, error, before;
    error.fill(0.0);
    const auto negate = [n](Batch& x) {
        for (int i = 0; i < n; ++i) x[i] = -x[i];
    };
    for (int k = 0; k < terms; ++k) {
        const auto part = [&](int p) { return Position{.element = first, .term = k, .part = p}; };
        term(first, n, k, y.data());
        negate(error);
        add(y.data(), error.data(), n, part(0));
        before = sum_;
        add(sum_.data(), y.data(), n, part(1));
        error = sum_;
        negate(before);
        add(error.data(), before.data(), n, part(2));
        negate(y);
        add(error.data(), y.data(), n, part(3));
    }
}

// Each chunk from its first term on; the sum of the chunks is added to the start.
template <class Term>
void InstructionRecorder::chunked_sums(int first, int n, int terms, Term term) {
    Batch chunk, next;
    for (int start = 0; start < terms; start += summation_.chunk) {
        const int end = std::min(terms, start + summation_.chunk);
        term(first, n, start, chunk.data());
        to_partial_(chunk.data(), chunk.data(), n, {.element = first, .term = start});
        for (int k = start + 1; k < end; ++k) {
            term(first, n, k, next.data());
            add(chunk.data(), next.data(), n, {.element = first, .term = k});
        }
        add(sum_.data(), chunk.data(), n, {.element = first, .term = end - 1, .part = 1});
    }
}

// A stack of sums of 1, 2, 4, ... chunks, as in a binary counter; at the end those left over, the last first.
template <class Term>
void InstructionRecorder::pairwise_sums(int first, int n, int terms, Term term) {
    std::vector<Batch> stack;
    Batch next;
    int chunks = 0, last = 0;
    const auto merge = [&](int part) {
        const Batch top = stack.back();
        stack.pop_back();
        add(stack.back().data(), top.data(), n, {.element = first, .term = last, .part = part});
    };
    for (int start = 0; start < terms; start += summation_.chunk) {
        const int end = std::min(terms, start + summation_.chunk);
        last = end - 1;
        stack.emplace_back();
        term(first, n, start, stack.back().data());
        to_partial_(stack.back().data(), stack.back().data(), n, {.element = first, .term = start});
        for (int k = start + 1; k < end; ++k) {
            term(first, n, k, next.data());
            add(stack.back().data(), next.data(), n, {.element = first, .term = k});
        }
        ++chunks;
        int level = 0;
        for (int c = chunks; c % 2 == 0; c /= 2) merge(4 + level++);
    }
    int level = 40;
    while (stack.size() > 1) merge(level++);
    if (!stack.empty()) add(sum_.data(), stack.back().data(), n, {.element = first, .term = last, .part = level});
}

// Exact products, or terms, of a chunk and the sum before it, rounded once.
template <class Term>
void InstructionRecorder::fused_sums(int first, int n, int terms, Term term) {
    Values& v = values_;
    std::vector<Batch> chunk(static_cast<std::size_t>(summation_.chunk));
    std::array<double, most_fused_terms + 1> parts;
    for (int start = 0; start < terms; start += summation_.chunk) {
        const int count = std::min(terms - start, summation_.chunk);
        for (int k = 0; k < count; ++k) term(first, n, start + k, chunk[std::size_t(k)].data());
        for (int i = 0; i < n; ++i) {
            parts[0] = to_partial_.input(sum_[i]);
            for (int k = 0; k < count; ++k) parts[std::size_t(k) + 1] = chunk[std::size_t(k)][i];
            v.exact[i] = sum_to_odd({parts.data(), std::size_t(count) + 1}, to_partial_.mode());
        }
        const Position position{.element = first, .term = start + count - 1};
        std::copy_n(sum_.begin(), n, v.a.begin());
        to_partial_(v.exact.data(), v.rounded.data(), n, position);
        tell(v, n, RoundingPart::partial, 1, position);
        std::copy_n(v.rounded.begin(), n, sum_.begin());
    }
}

// The last partial sum is the result. term(w, first, n, out) gives worker w's terms.
template <class Term>
void InstructionRecorder::sum_over_workers(bool from_zero, Term term) {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        std::fill_n(sum_.begin(), n, 0.0);
        for (int w = 0; w < b_.workers; ++w) {
            const bool copies = w == 0 && !from_zero;  // -0 stays -0
            for (int i = 0; i < n; ++i) v.a[i] = sum_[i];
            term(w, first, n, v.b.data());
            for (int i = 0; i < n; ++i) v.exact[i] = copies ? v.b[i] : to_result_.sum_to_odd(v.a[i], v.b[i]);
            to_result_(v.exact.data(), v.rounded.data(), n, {.element = first, .term = w});
            tell(v, n, w + 1 == b_.workers ? RoundingPart::result : RoundingPart::partial, 2,
                 {.element = first, .term = w});
            std::copy_n(v.rounded.begin(), n, sum_.begin());
        }
    }
}

void InstructionRecorder::sum_workers() {
    sum_over_workers(b_.from_zero, [&](int w, int first, int n, double* out) {
        for (int i = 0; i < n; ++i) out[i] = static_cast<double>(b_.operand(0, w)[first + i]);
    });
}

void InstructionRecorder::sum_one_bit() {
    sum_over_workers(true, [&](int w, int first, int n, double* out) {
        const float scale = *b_.operand(0, w);
        for (int i = 0; i < n; ++i)
            out[i] = static_cast<double>(kernels::OneBit::direct(scale, b_.operand(1, w)[first + i]));
    });
}

void InstructionRecorder::matmul() {
    const float* a = b_.operand(0, w_);
    const float* x = b_.operand(1, w_);
    const std::ptrdiff_t a_row = b_.transpose_a ? 1 : b_.depth, a_k = b_.transpose_a ? b_.rows : 1;
    const bool exact = summation_.order == SumOrder::fused;
    sums(b_.n, b_.depth, [&](int first, int n, int k, double* term) {
        Values& p = terms_;
        for (int i = 0; i < n; ++i) {
            const int row = (first + i) / b_.cols, col = (first + i) % b_.cols;
            p.a[i] = to_product_.input(static_cast<double>(a[row * a_row + k * a_k]));
            p.b[i] = to_product_.input(static_cast<double>(x[std::ptrdiff_t(k) * b_.cols + col]));
        }
        for (int i = 0; i < n; ++i) p.exact[i] = kernels::Mul::to_odd(p.a[i], p.b[i]);
        if (exact) {
            std::copy_n(p.exact.begin(), n, term);
            return;
        }
        to_product_(p.exact.data(), p.rounded.data(), n, {.element = first, .term = k});
        tell(p, n, RoundingPart::product, 2, {.element = first, .term = k});
        std::copy_n(p.rounded.begin(), n, term);
    });
}

// The sums of a matrix product one by one, at results that wander over the columns: batches along the
// terms.
void InstructionRecorder::some_terms() {
    const float* a = b_.operand(0, w_);
    const float* x = b_.operand(1, w_);
    const std::ptrdiff_t a_row = b_.transpose_a ? 1 : b_.depth, a_k = b_.transpose_a ? b_.rows : 1;
    Values &p = terms_, &v = values_;
    const int count = std::min(results_with_terms, b_.n), step = b_.n / count;
    for (int s = 0; s < count; ++s) {
        const int element = s * step + s % step, row = element / b_.cols, col = element % b_.cols;
        double sum = b_.in[2] ? operand(2, col) : 0.0;
        for (int first = 0; first < b_.depth; first += block) {
            const int n = std::min(block, b_.depth - first);
            for (int i = 0; i < n; ++i) {
                p.a[i] = static_cast<double>(a[row * a_row + (first + i) * a_k]);
                p.b[i] = static_cast<double>(x[std::ptrdiff_t(first + i) * b_.cols + col]);
                p.exact[i] = kernels::Mul::to_odd(p.a[i], p.b[i]);
            }
            to_product_(p.exact.data(), p.rounded.data(), n, {element, first, 0, 1});
            tell(p, n, RoundingPart::product, 2, {element, first, 0, 1});
            for (int i = 0; i < n; ++i) {
                v.a[i] = sum;
                v.b[i] = p.rounded[i];
                v.exact[i] = to_partial_.sum_to_odd(v.a[i], v.b[i]);
                sum = v.rounded[i] = to_partial_.one(v.exact[i], {.element = element, .term = first + i});
            }
            tell(v, n, RoundingPart::partial, 2, {element, first, 0, 1});
        }
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

// `count` sums of n values or squares each, all in binary64 but for the last rounding.
void InstructionRecorder::wide_sums(WideSum kind, int count, int n, bool terms) {
    Values &v = values_, &squares = terms_;
    const bool plain = kind == WideSum::plain;
    for (int r = 0; r < count; ++r) {
        double sum = 0.0;
        for (int first = 0; first < n; first += block) {
            const int size = std::min(block, n - first);
            for (int i = 0; i < size; ++i) {
                squares.a[i] = squares.b[i] = operand(0, std::int64_t(r) * n + first + i);
                squares.exact[i] = squares.rounded[i] = plain ? squares.a[i] : squares.a[i] * squares.a[i];
                v.a[i] = sum;
                v.b[i] = squares.rounded[i];
                v.exact[i] = v.rounded[i] = sum += v.b[i];
            }
            if (!terms) continue;
            if (!plain) tell(squares, size, RoundingPart::product, 2, {r, first, 0, 1});
            tell(v, size, RoundingPart::partial, 2, {r, first, 0, 1});
        }
        v.a[0] = sum;
        v.exact[0] = kind == WideSum::norm ? std::sqrt(sum) : sum;
        to_result_(v.exact.data(), v.rounded.data(), 1, {.element = r});
        tell(v, 1, RoundingPart::result, 1, {.element = r});
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
    auto column_of = [&](const float* x, std::ptrdiff_t step, std::ptrdiff_t term_step) {
        return [=](int first, int n, int k, double* out) {
            for (int i = 0; i < n; ++i) out[i] = static_cast<double>(x[(first + i) * step + k * term_step]);
        };
    };
    if (visit_operation(op, Overloaded{[this]<class F>(UnaryOperation<F>) { unary<F>(); },
                                       [this]<class F>(BinaryOperation<F>) { binary<F>(); }}))
        return;
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
            if (summation_.order != SumOrder::ordered)
                return sums(1, b_.rows * b_.cols, column_of(b_.operand(0, w_), 0, 1));
            return long_sum(b_.operand(0, w_), b_.rows * b_.cols, 0);
        case Op::sum_rows:
            return sums(b_.cols, b_.rows, column_of(b_.operand(0, w_), 1, b_.cols));
        case Op::sum_cols:
            return sums(b_.rows, b_.cols, column_of(b_.operand(0, w_), b_.cols, 1));
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
        default:
            return;  // indices, and host space, round nothing
    }
}

}  // namespace halfstep
