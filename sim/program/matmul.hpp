// out[i][j] = init[j] + sum over ascending k of a[i][k] * b[k][j], every product and every partial
// sum rounded. Lanes go across j; a tile of results stays in registers while k runs.
#pragma once

#include <algorithm>

#include "bound.hpp"
#include "elementwise.hpp"

namespace halfstep::kernels {

// Fixed-width tiles let the compiler keep `acc` in vector registers.
template <int tile_rows, int tile_cols, class T, Way product_way, Way accumulator_way>
void tile(const Rounder<product_way>& product, const Rounder<accumulator_way>& partial, const T* a,
          std::ptrdiff_t a_row, std::ptrdiff_t a_k, const T* b, int ldb, const T* init, T* out, int ldo, int depth) {
    T acc[tile_rows][tile_cols];
    for (int i = 0; i < tile_rows; ++i)
        for (int j = 0; j < tile_cols; ++j) acc[i][j] = init ? init[j] : T(0);
    for (int k = 0; k < depth; ++k) {
        const T* row = b + std::ptrdiff_t(k) * ldb;
#pragma GCC unroll 8
        for (int i = 0; i < tile_rows; ++i) {
            const T x = a[i * a_row + k * a_k];
            HALFSTEP_INDEPENDENT
            for (int j = 0; j < tile_cols; ++j)
                acc[i][j] = apply<Add>(partial, acc[i][j], apply<Mul>(product, x, row[j]));
        }
    }
    for (int i = 0; i < tile_rows; ++i)
        for (int j = 0; j < tile_cols; ++j) out[std::ptrdiff_t(i) * ldo + j] = acc[i][j];
}

template <class T, Way product_way, Way accumulator_way>
void product_into(const Bound<T>& bound, const T* a, std::ptrdiff_t a_row, std::ptrdiff_t a_k, const T* b, int ldb,
                  const T* init, T* out, int rows, int cols) {
    const Rounder<product_way> product(bound.product);
    const Rounder<accumulator_way> partial(bound.accumulator);
    const int depth = bound.depth;
    auto columns = [&](auto width, int j) {
        constexpr int w = decltype(width)::value;
        const T* start = init ? init + j : nullptr;
        int i = 0;
        for (; i + 4 <= rows; i += 4)
            tile<4, w>(product, partial, a + i * a_row, a_row, a_k, b + j, ldb, start,
                       out + std::ptrdiff_t(i) * cols + j, cols, depth);
        for (; i < rows; ++i)
            tile<1, w>(product, partial, a + i * a_row, a_row, a_k, b + j, ldb, start,
                       out + std::ptrdiff_t(i) * cols + j, cols, depth);
    };
    int j = 0;
    for (; j + 32 <= cols; j += 32) columns(std::integral_constant<int, 32>(), j);
    for (; j + 8 <= cols; j += 8) columns(std::integral_constant<int, 8>(), j);
    for (; j < cols; ++j) columns(std::integral_constant<int, 1>(), j);
}

// Few columns would leave the lanes empty: they go across the rows instead. The order of each sum
// is the same. `a_t` is a transposed, {depth, rows}.
template <class T, Way product_way, Way accumulator_way>
void narrow_product_into(const Bound<T>& bound, const T* a_t, const T* b, const T* init, T* out) {
    const Rounder<product_way> product(bound.product);
    const Rounder<accumulator_way> partial(bound.accumulator);
    constexpr int lanes = 32;
    T acc[lanes];
    for (int j = 0; j < bound.cols; ++j) {
        for (int first = 0; first < bound.rows; first += lanes) {
            const int width = std::min(lanes, bound.rows - first);
            for (int i = 0; i < lanes; ++i) acc[i] = init ? init[j] : T(0);
            for (int k = 0; k < bound.depth; ++k) {
                const T x = b[std::ptrdiff_t(k) * bound.cols + j];
                const T* column = a_t + std::ptrdiff_t(k) * bound.rows + first;
                if (width == lanes) {
                    HALFSTEP_INDEPENDENT
                    for (int i = 0; i < lanes; ++i)
                        acc[i] = apply<Add>(partial, acc[i], apply<Mul>(product, column[i], x));
                } else {
                    for (int i = 0; i < width; ++i)
                        acc[i] = apply<Add>(partial, acc[i], apply<Mul>(product, column[i], x));
                }
            }
            for (int i = 0; i < width; ++i) out[std::ptrdiff_t(first + i) * bound.cols + j] = acc[i];
        }
    }
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
        product_into<T, product_way, accumulator_way>(b, a, a_row, a_k, x, b.cols, init, out, b.rows, b.cols);
    }
    round_in_place(b.result_way, b.result, out, b.n);
}

}  // namespace halfstep::kernels
