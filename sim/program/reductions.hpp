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

// What sums that are rounded only once are added in.
template <class T>
using Wide = std::conditional_t<is_emulated<T>, double, T>;

template <class T>
void wide_sum(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    const T* x = b.operand(0, w);
    Wide<T> s = Wide<T>(0);
    for (int i = 0; i < b.rows * b.cols; ++i) s += Wide<T>(x[i]);
    *b.result_of(w) = round.from_wide(s);
}

// Squares of binary32 numbers are exact in binary64.
template <class T>
Wide<T> squares_of(const T* x, int n) {
    Wide<T> s = Wide<T>(0);
    for (int i = 0; i < n; ++i) {
        const Wide<T> v = Wide<T>(x[i]);
        s += v * v;
    }
    return s;
}

template <class T>
void sum_squares(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    *b.result_of(w) = round.from_wide(squares_of(b.operand(0, w), b.rows * b.cols));
}

// Canonical 2-norm (reference semantics 12.2): elements widened to binary64, squared, added in
// index order from 0, sqrt in binary64, one rounding.
template <class T>
T norm_of(const AnyRounder<T>& round, const T* x, int n) {
    using std::sqrt;
    return round.from_wide(sqrt(squares_of(x, n)));
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
