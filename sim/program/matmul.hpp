// out[i][j] = init[j] + sum over ascending k of a[i][k] * b[k][j], every product and every partial
// sum rounded. Lanes go across j; a tile of results stays in registers while k runs.
#pragma once

#include <algorithm>

#include "bound.hpp"
#include "elementwise.hpp"

namespace halfstep::kernels {

// acc[i][c] = start(i, c), then plus a[i][k] * b[k][c] for ascending k, then finish(i, c, acc[i][c]), where c counts
// elements of V: numbers, or vectors of them. The fixed size lets the compiler keep `acc` in registers.
template <class V, int rows, int vectors, class T, Way product_way, Way accumulator_way, class Start, class Finish>
void tile(const Rounder<product_way>& product, const Rounder<accumulator_way>& partial, const T* a,
          std::ptrdiff_t a_row, std::ptrdiff_t a_k, const T* b, std::ptrdiff_t ldb, int depth, Start start,
          Finish finish) {
    V acc[rows][vectors];
    for (int i = 0; i < rows; ++i)
        for (int c = 0; c < vectors; ++c) acc[i][c] = start(i, c);
    for (int k = 0; k < depth; ++k) {
        const T* row = b + k * ldb;
#pragma GCC unroll 8
        for (int i = 0; i < rows; ++i) {
            const V x = splat<V>(a[i * a_row + k * a_k]);
            HALFSTEP_INDEPENDENT
            for (int c = 0; c < vectors; ++c) {
                const V y = load<V>(row + c * lanes_in<V, T>);
                acc[i][c] = apply<Add>(partial, acc[i][c], apply<Mul>(product, x, y));
            }
        }
    }
    for (int i = 0; i < rows; ++i)
        for (int c = 0; c < vectors; ++c) finish(i, c, acc[i][c]);
}

// use(V{}, constant of the vectors, first) for parts that make up n elements: as wide as possible.
template <class T, Way product_way, Way accumulator_way, class Use>
void in_widths(int n, Use use) {
    int first = 0;
    auto parts = [&]<class V, int vectors>(V, std::integral_constant<int, vectors> count) {
        constexpr int width = vectors * lanes_in<V, T>;
        for (; first + width <= n; first += width) use(V{}, count, first);
    };
    if constexpr (is_emulated<T> && !through_odd(product_way) && !through_odd(accumulator_way)) {
        // What is not rounded has few other values to keep in registers.
        if constexpr (product_way == Way::native) parts(Lanes<most_lanes>{}, std::integral_constant<int, 4>());
        parts(Lanes<most_lanes>{}, std::integral_constant<int, 2>());
        parts(Lanes<most_lanes>{}, std::integral_constant<int, 1>());
        parts(Lanes<std::min(most_lanes, 8)>{}, std::integral_constant<int, 1>());
        parts(Lanes<4>{}, std::integral_constant<int, 1>());
    } else {
        parts(T{}, std::integral_constant<int, 32>());
        parts(T{}, std::integral_constant<int, 8>());
    }
    parts(T{}, std::integral_constant<int, 1>());
}

// use(constant of the rows, first) for parts that make up n rows.
template <class Use>
void in_rows(int n, Use use) {
    int i = 0;
    for (; i + 4 <= n; i += 4) use(std::integral_constant<int, 4>(), i);
    for (; i + 2 <= n; i += 2) use(std::integral_constant<int, 2>(), i);
    for (; i < n; ++i) use(std::integral_constant<int, 1>(), i);
}

template <class T, Way product_way, Way accumulator_way>
void product_into(const Bound<T>& bound, const T* a, std::ptrdiff_t a_row, std::ptrdiff_t a_k, const T* b,
                  const T* init, T* out) {
    const Rounder<product_way> product(bound.product);
    const Rounder<accumulator_way> partial(bound.accumulator);
    const std::ptrdiff_t cols = bound.cols;
    in_widths<T, product_way, accumulator_way>(bound.cols, [&]<class V>(V, auto vectors, int j) {
        in_rows(bound.rows, [&](auto rows, int i) {
            tile<V, rows(), vectors()>(
                product, partial, a + i * a_row, a_row, a_k, b + j, cols, bound.depth,
                [=](int, int c) { return init ? load<V>(init + j + c * lanes_in<V, T>) : V{}; },
                [=](int r, int c, const V& v) { store(out + (i + r) * cols + j + c * lanes_in<V, T>, v); });
        });
    });
}

// Few columns would leave the lanes empty: they go across the rows instead. The order of each sum
// is the same. `a_t` is a transposed, {depth, rows}.
template <class T, Way product_way, Way accumulator_way>
void narrow_product_into(const Bound<T>& bound, const T* a_t, const T* b, const T* init, T* out) {
    const Rounder<product_way> product(bound.product);
    const Rounder<accumulator_way> partial(bound.accumulator);
    const std::ptrdiff_t cols = bound.cols;
    in_widths<T, product_way, accumulator_way>(bound.rows, [&]<class V>(V, auto vectors, int i) {
        in_rows(bound.cols, [&](auto columns, int j) {
            constexpr int width = lanes_in<V, T>;
            tile<V, columns(), vectors()>(
                product, partial, b + j, 1, cols, a_t + i, bound.rows, bound.depth,
                [=](int column, int) { return init ? splat<V>(init[j + column]) : V{}; },
                [=](int column, int c, const V& v) {
                    T results[width];
                    store(results, v);
                    for (int lane = 0; lane < width; ++lane)
                        out[(i + c * width + lane) * cols + j + column] = results[lane];
                });
        });
    });
}

inline bool is_narrow(int rows, int cols) {
    return cols < 8 && rows >= 8;
}

template <class T, Way product_way, Way accumulator_way>
void matmul(const Bound<T>& b, int w) {
    const T* a = b.operand(0, w);
    const T* x = b.operand(1, w);
    const T* init = b.in[2] ? b.operand(2, w) : nullptr;
    T* out = b.result_of(w);
    const std::ptrdiff_t a_row = b.transpose_a ? 1 : b.depth, a_k = b.transpose_a ? b.rows : 1;
    if (is_narrow(b.rows, b.cols)) {
        if (!b.transpose_a)
            for (int i = 0; i < b.rows; ++i)
                for (int k = 0; k < b.depth; ++k)
                    b.scratch_array[std::ptrdiff_t(k) * b.rows + i] = a[std::ptrdiff_t(i) * b.depth + k];
        narrow_product_into<T, product_way, accumulator_way>(b, b.transpose_a ? a : b.scratch_array, x, init, out);
    } else {
        product_into<T, product_way, accumulator_way>(b, a, a_row, a_k, x, init, out);
    }
    round_in_place(b.result_way, b.result, out, b.n);
}

}  // namespace halfstep::kernels
