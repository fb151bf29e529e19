// Ordered reductions. The order is part of the result: index by index, each partial sum rounded,
// vector lanes only ever across different results.
#pragma once

#include <algorithm>
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
        all<Add>(partial, out, b.cols, Each<T>{out}, Each<T>{x + std::ptrdiff_t(r) * b.cols});
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

// Of `count` arrays of n, `stride` apart. An addition waits for the one before it, but not for those of
// other arrays.
template <int count, class T>
void squares_together(const T* x, std::ptrdiff_t stride, int n, Wide<T>* sums) {
    Wide<T> s[count] = {};
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < count; ++k) {
            const Wide<T> v = Wide<T>(x[k * stride + i]);
            s[k] += v * v;
        }
    std::copy(s, s + count, sums);
}

// Sums of the squares of `rows` arrays of n, `stride` apart. Squares of binary32 numbers are exact in
// binary64.
template <class T>
void squares_of(const T* x, std::ptrdiff_t stride, int rows, int n, Wide<T>* sums) {
    int r = 0;
    for (; r + 4 <= rows; r += 4) squares_together<4>(x + r * stride, stride, n, sums + r);
    for (; r + 2 <= rows; r += 2) squares_together<2>(x + r * stride, stride, n, sums + r);
    for (; r < rows; ++r) squares_together<1>(x + r * stride, stride, n, sums + r);
}

template <class T>
void sum_squares(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    Wide<T> s;
    squares_of(b.operand(0, w), 0, 1, b.rows * b.cols, &s);
    *b.result_of(w) = round.from_wide(s);
}

// Canonical 2-norms (reference semantics 12.2): elements widened to binary64, squared, added in
// index order from 0, sqrt in binary64, one rounding. Of `rows` arrays, a few at a time.
template <class T>
void norms_of(const AnyRounder<T>& round, const T* x, std::ptrdiff_t stride, int rows, int n, T* out,
              std::ptrdiff_t out_stride) {
    using std::sqrt;
    constexpr int most = 8;
    Wide<T> sums[most];
    for (int start = 0; start < rows; start += most) {
        const int count = std::min(most, rows - start);
        squares_of(x + start * stride, stride, count, n, sums);
        for (int r = 0; r < count; ++r) out[(start + r) * out_stride] = round.from_wide(sqrt(sums[r]));
    }
}

template <class T>
void norm_rows(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    norms_of(round, b.operand(0, w), b.cols, b.rows, b.cols, b.result_of(w), 1);
}

// Of all workers at once.
template <class T>
void norm2(const Bound<T>& b, int) {
    const AnyRounder<T> round(b.result_way, b.result);
    const int copies = b.out_stride == 0 ? 1 : b.workers;
    norms_of(round, b.operand(0, 0), b.in_stride[0], copies, b.rows * b.cols, b.result_of(0), b.out_stride);
}

// Calls add(n, out, start, w) for workers w = 0, 1, ... in turn on `n` elements from `start` on: as many
// as stay in the first-level cache.
template <class T, class Add>
void over_workers(const Bound<T>& b, Add add) {
    constexpr int block = 2048;
    for (int start = 0; start < b.n; start += block)
        for (int w = 0; w < b.workers; ++w) add(std::min(block, b.n - start), b.result_of(0) + start, start, w);
}

template <class T, Way way>
void sum_workers(const Bound<T>& b, int) {
    const Rounder<way> round(b.result);
    over_workers(b, [&](int n, T* out, int start, int w) {
        const Each<T> x{b.operand(0, w) + start};
        if (w > 0)
            all<Add>(round, out, n, Each<T>{out}, x);
        else if (b.from_zero)
            all<Add>(round, out, n, Same<T>{T(0)}, x);
        else
            all<Cast>(round, out, n, x);
    });
}

// An operand whose elements are `scale` with the signs of x.
template <class T>
struct OneBitOf {
    T scale;
    Each<T> x;
    T operator[](std::ptrdiff_t i) const { return OneBit::direct(scale, x[i]); }
    template <class V>
    V at(std::ptrdiff_t i) const {
        return OneBit::direct(splat<V>(scale), x.template at<V>(i));
    }
};

template <class T, Way way>
void sum_one_bit(const Bound<T>& b, int) {
    const Rounder<way> round(b.result);
    over_workers(b, [&](int n, T* out, int start, int w) {
        const T scale = *b.operand(0, w);
        if (w == 0) std::fill(out, out + n, T(0));
        all<Add>(round, out, n, Each<T>{out}, OneBitOf<T>{scale, {b.operand(1, w) + start}});
    });
}

}  // namespace halfstep::kernels
