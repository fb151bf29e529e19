// Kernels that move elements, and the bridges between arrays, host values and attachments.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "bound.hpp"
#include "magnitude.hpp"

namespace halfstep::kernels {

template <class T>
void bcast_rows(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    for (int c = 0; c < b.cols; ++c) out[c] = round(x[c]);
    for (int r = 1; r < b.rows; ++r) std::copy(out, out + b.cols, out + std::ptrdiff_t(r) * b.cols);
}

template <class T>
void bcast_cols(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    for (int r = 0; r < b.rows; ++r) {
        const T v = round(x[r]);
        for (int c = 0; c < b.cols; ++c) out[std::ptrdiff_t(r) * b.cols + c] = v;
    }
}

template <class T>
void transpose(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    for (int r = 0; r < b.rows; ++r)
        for (int c = 0; c < b.cols; ++c) out[std::ptrdiff_t(r) * b.cols + c] = round(x[std::ptrdiff_t(c) * b.rows + r]);
}

// An index outside the table cannot come from a scenario's data; NaN and the like read row 0.
template <class T>
int row_index(const T& x, int rows) {
    return x >= T(0) && x < T(rows) ? static_cast<int>(x) : 0;
}

template <class T>
void gather(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    T* out = b.result_of(w);
    const T* table = b.operand(0, w);
    const T* index = b.operand(1, w);
    const bool plain = b.result_way == Way::native;
    for (int r = 0; r < b.rows; ++r) {
        const T* row = table + std::ptrdiff_t(row_index(index[r], b.depth)) * b.cols;
        T* to = out + std::ptrdiff_t(r) * b.cols;
        for (int c = 0; c < b.cols; ++c) to[c] = plain ? row[c] : round(row[c]);
    }
}

template <class T>
void scatter_add(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result), partial(b.accumulator_way, b.accumulator);
    // A binary32 sum that is rounded again would be rounded twice.
    auto add = [&](T s, T element) {
        if constexpr (is_emulated<T>) {
            const double before = static_cast<double>(s), term = static_cast<double>(element);
            return partial.from_wide(partial.sign_of_zero(add_to_odd(before, term), before, term));
        } else
            return partial(s + element);
    };
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    const T* index = b.operand(1, w);
    std::fill(out, out + b.n, T(0));
    for (int r = 0; r < b.depth; ++r) {
        T* to = out + std::ptrdiff_t(row_index(index[r], b.rows)) * b.cols;
        for (int c = 0; c < b.cols; ++c) to[c] = add(to[c], x[std::ptrdiff_t(r) * b.cols + c]);
    }
    for (int i = 0; i < b.n; ++i) out[i] = round(out[i]);
}

template <class T>
void source(const Bound<T>& b, int w) {
    const AnyRounder<T> round(b.result_way, b.result);
    b.attachment->produce(static_cast<std::int64_t>(*b.host_in[0]), w, b.scratch, b.n);
    T* out = b.result_of(w);
    for (int i = 0; i < b.n; ++i) {
        if constexpr (is_emulated<T>)
            out[i] = round.from_wide(b.scratch[i]);
        else
            out[i] = T(b.scratch[i]);
    }
}

template <class T>
void inject(const Bound<T>& b, int w) {
    const T* x = b.operand(0, w);
    for (int i = 0; i < b.n; ++i) b.scratch[i] = static_cast<double>(x[i]);
    source(b, w);
}

template <class T>
void to_host(const Bound<T>& b, int w) {
    b.host_out[0][w * b.host_out_stride[0]] = static_cast<double>(*b.operand(0, w));
}

template <class T>
void from_host(const Bound<T>& b, int w) {
    const double x = b.host_in[0][w * b.host_in_stride[0]];
    if constexpr (is_emulated<T>)
        *b.result_of(w) = AnyRounder<T>(b.result_way, b.result).from_wide(x);
    else
        *b.result_of(w) = T(x);
}

// DeepSpeed's overflow test (reference semantics 7.3): the sum of all elements, binary64 in index
// order and rounded once to binary32, is infinite or NaN. The largest magnitude decides cheaply
// that it cannot be.
inline void finite(const Bound<float>& b, int w) {
    const float* x = b.operand(0, w);
    const std::uint32_t largest = largest_magnitude(x, b.n);
    double& out = b.host_out[0][w * b.host_out_stride[0]];
    out = 1.0;
    const double bound = static_cast<double>(from_bits<float>(largest)) * b.n;
    if (bound < static_cast<double>(std::numeric_limits<float>::max())) return;
    double sum = 0.0;
    for (int i = 0; i < b.n; ++i) sum += static_cast<double>(x[i]);
    out = std::isfinite(static_cast<float>(sum)) ? 1.0 : 0.0;
}

template <class T>
void finite(const Bound<T>& b, int w) {
    const T* x = b.operand(0, w);
    T sum = T(0);
    for (int i = 0; i < b.n; ++i) sum += x[i];
    b.host_out[0][w * b.host_out_stride[0]] = sum - sum == T(0) ? 1.0 : 0.0;
}

template <class T>
void host(const Bound<T>& b, int w) {
    double in[most_host_operands], out[most_host_operands];
    for (int i = 0; i < b.host_ins; ++i) in[i] = b.host_in[i][w * b.host_in_stride[i]];
    b.host(in, out);
    for (int i = 0; i < b.host_outs; ++i) b.host_out[i][w * b.host_out_stride[i]] = out[i];
}

template <class T>
void max_workers(const Bound<T>& b, int) {
    double largest = b.host_in[0][0];
    for (int w = 1; w < b.workers; ++w) {
        const double x = b.host_in[0][w * b.host_in_stride[0]];
        if (x > largest || x != x) largest = x;
    }
    *b.host_out[0] = largest;
}

}  // namespace halfstep::kernels
