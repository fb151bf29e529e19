// Kernels of one element at a time. The operation and its rounding share one loop, which the
// compiler vectorises; element i of the result depends on element i of the operands only.
#pragma once

#include <algorithm>
#include <cmath>

#include "../format/independent.hpp"
#include "../format/operations.hpp"
#include "bound.hpp"

namespace halfstep::kernels {

// An operand: an array, or one element for all.
template <class T>
struct Each {
    const T* x;
    T operator[](std::ptrdiff_t i) const { return x[i]; }
    template <class V>
    V at(std::ptrdiff_t i) const {
        return load<V>(x + i);
    }
};
template <class T>
struct Same {
    T x;
    T operator[](std::ptrdiff_t) const { return x; }
    template <class V>
    V at(std::ptrdiff_t) const {
        return splat<V>(x);
    }
};
template <class T, class Use>
void operand(const Bound<T>& b, int i, int w, Use use) {
    const T* x = b.operand(i, w);
    if (b.scalar[i])
        use(Same<T>{*x});
    else
        use(Each<T>{x});
}

// out[i] = F of the i-th elements. `out` may be an operand itself, never a shifted part of one: no dependence
// between elements.
template <class F, class T, Way way, class... Operand>
void all(const Rounder<way>& round, T* out, int n, Operand... x) {
    if constexpr (is_emulated<T> && in_lanes_by<F, way>) {
        in_lanes(n, [&]<class V>(std::ptrdiff_t i, V) { store(out + i, apply<F>(round, x.template at<V>(i)...)); });
    } else {
        HALFSTEP_INDEPENDENT
        for (int i = 0; i < n; ++i) out[i] = apply<F>(round, x[i]...);
    }
}

template <class T, class F, Way way>
void binary(const Bound<T>& b, int w) {
    const Rounder<way> round(b.result);
    T* out = b.result_of(w);
    if (b.scalar[0] && b.scalar[1]) {
        std::fill_n(out, b.n, apply<F>(round, *b.operand(0, w), *b.operand(1, w)));
        return;
    }
    operand(b, 0, w, [&](auto x) { operand(b, 1, w, [&](auto y) { all<F>(round, out, b.n, x, y); }); });
}

template <class T, Way way>
void select(const Bound<T>& b, int w) {
    const Rounder<way> round(b.result);
    const int n = b.n;
    T* out = b.result_of(w);
    operand(b, 0, w, [&](auto condition) {
        operand(b, 1, w, [&](auto chosen) {
            operand(b, 2, w, [&](auto otherwise) {
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
    T* out = b.result_of(w);
    const T* x = b.operand(0, w);
    if (b.scalar[0])
        std::fill_n(out, b.n, apply<F>(round, *x));
    else
        all<F>(round, out, b.n, Each<T>{x});
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
