// Kernels of one element at a time. The operation and its rounding share one loop, which the
// compiler vectorises; element i of the result depends on element i of the operands only.
#pragma once

#include <algorithm>
#include <cmath>

#include "../format/independent.hpp"
#include "../format/operations.hpp"
#include "bound.hpp"

namespace halfstep::kernels {

template <class T, class F, Way way>
void binary(const Bound<T>& b, int w) {
    const Rounder<way> round(b.result);
    const int n = b.n;
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    const T* y = b.operand(1, w);
    // `out` may be x or y itself, never a shifted part of them: no dependence between elements.
    if (b.scalar[0] && b.scalar[1]) {
        const T v = apply<F>(round, x[0], y[0]);
        for (int i = 0; i < n; ++i) out[i] = v;
    } else if (b.scalar[0]) {
        const T s = x[0];
        HALFSTEP_INDEPENDENT
        for (int i = 0; i < n; ++i) out[i] = apply<F>(round, s, y[i]);
    } else if (b.scalar[1]) {
        const T s = y[0];
        HALFSTEP_INDEPENDENT
        for (int i = 0; i < n; ++i) out[i] = apply<F>(round, x[i], s);
    } else {
        HALFSTEP_INDEPENDENT
        for (int i = 0; i < n; ++i) out[i] = apply<F>(round, x[i], y[i]);
    }
}

// An operand of `select`: an array, or one element for all.
template <class T>
struct Each {
    const T* x;
    T operator[](int i) const { return x[i]; }
};
template <class T>
struct Same {
    T x;
    T operator[](int) const { return x; }
};

template <class T, Way way>
void select(const Bound<T>& b, int w) {
    const Rounder<way> round(b.result);
    const int n = b.n;
    T* out = b.result_of(w);
    auto operand = [&](int i, auto&& use) {
        const T* x = b.operand(i, w);
        if (b.scalar[i])
            use(Same<T>{*x});
        else
            use(Each<T>{x});
    };
    operand(0, [&](auto condition) {
        operand(1, [&](auto chosen) {
            operand(2, [&](auto otherwise) {
                HALFSTEP_INDEPENDENT
                for (int i = 0; i < n; ++i)
                    out[i] = apply<Cast>(round, condition[i] != T(0) ? chosen[i] : otherwise[i]);
            });
        });
    });
}

template <class T, class F, Way way>
void unary(const Bound<T>& b, int w) {
    const Rounder<way> round(b.result);
    const int n = b.n;
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    if (b.scalar[0]) {
        const T v = apply<F>(round, x[0]);
        for (int i = 0; i < n; ++i) out[i] = v;
        return;
    }
    HALFSTEP_INDEPENDENT
    for (int i = 0; i < n; ++i) out[i] = apply<F>(round, x[i]);
}

// exp, log and tanh: binary64 rounded to odd for emulated arithmetic, block by block.
using ArrayFunction = void (*)(const double*, double*, int);
template <ArrayFunction f, Way way>
void elementary(const Bound<float>& b, int w) {
    const Rounder<way> round(b.result);
    float* out = b.result_of(w);
    const float* x = b.operand(0, w);
    constexpr int block = 256;
    double in[block], result[block];
    for (int start = 0; start < b.n; start += block) {
        const int n = std::min(block, b.n - start);
        for (int i = 0; i < n; ++i) in[i] = static_cast<double>(x[start + i]);
        f(in, result, n);
        for (int i = 0; i < n; ++i) out[start + i] = round.from_wide(result[i]);
    }
}

}  // namespace halfstep::kernels
