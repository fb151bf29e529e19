// The sums among the roundings of an instruction: ordered ones, matrix products, those over the workers, and those
// that are rounded once.
#include "elementwise.hpp"
#include "halfstep/format/exact_sum.hpp"
#include "instruction_recorder.hpp"
#include "structure.hpp"
#include "summation.hpp"

namespace halfstep {

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

// sum = sum + term, as the role `accumulator` rounds.
void InstructionRecorder::add(double* sum, const double* term, int n, const Position& position) {
    Values& v = values_;
    std::copy_n(sum, n, v.a.begin());
    std::copy_n(term, n, v.b.begin());
    for (int i = 0; i < n; ++i) v.exact[i] = to_partial_.sum_to_odd(v.a[i], v.b[i]);
    to_partial_(v.exact.data(), v.rounded.data(), n, position);
    tell(v, n, RoundingPart::partial, 2, position);
    std::copy_n(v.rounded.begin(), n, sum);
}

// The exact sum of `count` terms, n sums side by side, and what is there, rounded once.
void InstructionRecorder::fuse(double* sum, const double* chunk, int n, int count, const Position& position) {
    Values& v = values_;
    std::array<double, most_fused_terms + 1> parts;
    for (int i = 0; i < n; ++i) {
        parts[0] = to_partial_.input(sum[i]);
        for (int k = 0; k < count; ++k) parts[std::size_t(k) + 1] = chunk[k * n + i];
        v.exact[i] = sum_to_odd({parts.data(), std::size_t(count) + 1}, to_partial_.mode());
    }
    std::copy_n(sum, n, v.a.begin());
    to_partial_(v.exact.data(), v.rounded.data(), n, position);
    tell(v, n, RoundingPart::partial, 1, position);
    std::copy_n(v.rounded.begin(), n, sum);
}

// Many sums: batches across them. term(first, n, k, out) gives term k of n sums.
template <class Term>
void InstructionRecorder::sums(int elements, int terms, Term term) {
    for (int first = 0; first < elements; first += block) {
        const int n = std::min(block, elements - first);
        SumBatch sum;
        for (int i = 0; i < n; ++i) sum[i] = b_.in[2] ? operand(2, (first + i) % b_.cols) : 0.0;
        add_up(
            summation_, sum, n, terms,
            [&](int from, int width, int k, double* out) { term(first + from, width, k, out); },
            [&](SumBatch& s, const SumBatch& t, int width, int k, int part) {
                add(s.data(), t.data(), width, {.element = first, .term = k, .part = part});
            },
            [&](SumBatch& s, const double* chunk, int width, int from, int count, int k) {
                fuse(s.data() + from, chunk, width, count, {.element = first + from, .term = k});
            });
        std::copy_n(sum.begin(), n, values_.a.begin());
        tell_results(values_, n, first);
    }
}

// Term k of sum i is x[i * step + k * term_step].
void InstructionRecorder::sums_of(int elements, int terms, std::ptrdiff_t step, std::ptrdiff_t term_step) {
    const float* x = b_.operand(0, w_);
    sums(elements, terms, [=](int first, int n, int k, double* out) {
        for (int i = 0; i < n; ++i) out[i] = static_cast<double>(x[(first + i) * step + k * term_step]);
    });
}

void InstructionRecorder::ordered_sums() {
    switch (of_.instruction->op) {
        case Op::sum:
            // One long sum: batches along its terms.
            if (summation_.order == SumOrder::ordered) return long_sum(b_.operand(0, w_), b_.rows * b_.cols, 0);
            return sums_of(1, b_.rows * b_.cols, 0, 1);
        case Op::sum_rows:
            return sums_of(b_.cols, b_.rows, 1, b_.cols);
        default:
            return sums_of(b_.rows, b_.cols, b_.cols, 1);
    }
}

// Row by row of the table; the order within an element's sum is the kernel's.
void InstructionRecorder::scatter_add() {
    Values& v = values_;
    for (int row = 0; row < b_.rows; ++row)
        for (int first = 0; first < b_.cols; first += block) {
            const int n = std::min(block, b_.cols - first);
            const std::int64_t element = std::int64_t(row) * b_.cols + first;
            SumBatch sum{}, next;
            for (int r = 0; r < b_.depth; ++r) {
                if (kernels::row_index(b_.operand(1, w_)[r], b_.rows) != row) continue;
                for (int i = 0; i < n; ++i) next[i] = operand(0, std::int64_t(r) * b_.cols + first + i);
                add(sum.data(), next.data(), n, {.element = element, .term = r});
            }
            std::copy_n(sum.begin(), n, v.a.begin());
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

// The last partial sum is the result. term(w, first, n, out) gives worker w's terms.
template <class Term>
void InstructionRecorder::sum_over_workers(bool from_zero, Term term) {
    Values& v = values_;
    for (int first = 0; first < b_.n; first += block) {
        const int n = std::min(block, b_.n - first);
        SumBatch sum{};
        for (int w = 0; w < b_.workers; ++w) {
            const bool copies = w == 0 && !from_zero;  // -0 stays -0
            for (int i = 0; i < n; ++i) v.a[i] = sum[i];
            term(w, first, n, v.b.data());
            for (int i = 0; i < n; ++i) v.exact[i] = copies ? v.b[i] : to_result_.sum_to_odd(v.a[i], v.b[i]);
            to_result_(v.exact.data(), v.rounded.data(), n, {.element = first, .term = w});
            tell(v, n, w + 1 == b_.workers ? RoundingPart::result : RoundingPart::partial, 2,
                 {.element = first, .term = w});
            std::copy_n(v.rounded.begin(), n, sum.begin());
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

}  // namespace halfstep
