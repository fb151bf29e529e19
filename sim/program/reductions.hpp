// Ordered reductions. The order is part of the result: index by index, each partial sum rounded,
// vector lanes only ever across different results.
#pragma once

#include <cmath>

#include "bound.hpp"
#include "elementwise.hpp"

namespace halfstep::kernels {

template <class T, Way way>
T ordered_sum(const Bound<T>& b, const T* x, int n) {
    const Rounder<way> partial(b.accumulator);
    T s = T(0);
    for (int i = 0; i < n; ++i) s = apply<Add>(partial, s, x[i]);
    return s;
}

template <class T, Way way>
void sum(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    *b.result_of(w) = round(ordered_sum<T, way>(b, b.operand(0, w), b.rows * b.cols));
}

template <class T, Way way>
void sum_cols(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    for (int r = 0; r < b.rows; ++r) out[r] = round(ordered_sum<T, way>(b, x + std::ptrdiff_t(r) * b.cols, b.cols));
}

template <class T, Way way>
void sum_rows(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    const Rounder<way> partial(b.accumulator);
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    for (int c = 0; c < b.cols; ++c) out[c] = T(0);
    for (int r = 0; r < b.rows; ++r) {
        const T* row = x + std::ptrdiff_t(r) * b.cols;
        HALFSTEP_INDEPENDENT
        for (int c = 0; c < b.cols; ++c) out[c] = apply<Add>(partial, out[c], row[c]);
    }
    for (int c = 0; c < b.cols; ++c) out[c] = round(out[c]);
}

template <class T>
void max_cols(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    for (int r = 0; r < b.rows; ++r) {
        const T* row = x + std::ptrdiff_t(r) * b.cols;
        T largest = row[0];
        for (int c = 1; c < b.cols; ++c) largest = Max::direct(largest, row[c]);
        out[r] = round(largest);
    }
}

template <class T>
int first_largest(const T* x, int n) {
    int at = 0;
    for (int i = 1; i < n && x[at] == x[at]; ++i)
        if (x[i] > x[at] || x[i] != x[i]) at = i;
    return at;
}

template <class T>
void argmax(const Bound<T>& b, int w) {
    *b.result_of(w) = T(first_largest(b.operand(0, w), b.rows * b.cols));
}

template <class T>
void argmax_cols(const Bound<T>& b, int w) {
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    for (int r = 0; r < b.rows; ++r) out[r] = T(first_largest(x + std::ptrdiff_t(r) * b.cols, b.cols));
}

// Canonical 2-norm (reference semantics 12.2): elements widened to binary64, squared, added in
// index order from 0, sqrt in binary64, one rounding.
template <class T>
T norm_of(const AnyRounder<T>& round, const T* x, int n) {
    using std::sqrt;
    using W = std::conditional_t<is_emulated<T>, double, T>;
    W s = W(0);
    for (int i = 0; i < n; ++i) {
        const W v = W(x[i]);
        s += v * v;
    }
    return round.from_wide(sqrt(s));
}

template <class T>
void norm_rows(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    for (int r = 0; r < b.rows; ++r) out[r] = norm_of(round, x + std::ptrdiff_t(r) * b.cols, b.cols);
}

template <class T>
void norm2(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    *b.result_of(w) = norm_of(round, b.operand(0, w), b.rows * b.cols);
}

template <class T, Way way>
void sum_workers(const Bound<T>& b, int) {
    const Rounder<way> round(b.result);
    T* out = b.result_of(0);
    const T* first = b.operand(0, 0);
    for (int i = 0; i < b.n; ++i)
        out[i] = b.from_zero ? apply<Add>(round, T(0), first[i]) : apply<Cast>(round, first[i]);
    for (int w = 1; w < b.workers; ++w) {
        const T* x = b.operand(0, w);
        HALFSTEP_INDEPENDENT
        for (int i = 0; i < b.n; ++i) out[i] = apply<Add>(round, out[i], x[i]);
    }
}

}  // namespace halfstep::kernels
