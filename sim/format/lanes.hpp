// Several binary32 numbers in one vector register, for loops that a compiler does not vectorise well by itself.
// What is written for a number is written for them, too: arithmetic, comparisons, `condition ? a : b` and, through
// BitsOf, the bits.
#pragma once

#include <cstddef>
#include <cstring>

#include "halfstep/format/round.hpp"

namespace halfstep {

// Of one register of the processor that is compiled for.
#if defined(__AVX512F__)
inline constexpr int most_lanes = 16;
#elif defined(__AVX__)
inline constexpr int most_lanes = 8;
#else
inline constexpr int most_lanes = 4;
#endif

template <int n>
struct LanesOf;
template <>
struct LanesOf<1> {
    using type = float;
};

#define HALFSTEP_LANES(n)                                                   \
    template <>                                                             \
    struct LanesOf<n> {                                                     \
        typedef float type __attribute__((vector_size(4 * (n))));           \
        typedef std::uint16_t halves __attribute__((vector_size(2 * (n)))); \
    };                                                                      \
    template <>                                                             \
    struct BitsOf<LanesOf<n>::type> {                                       \
        typedef std::uint32_t type __attribute__((vector_size(4 * (n))));   \
    };
HALFSTEP_LANES(4)
#if defined(__AVX__)
HALFSTEP_LANES(8)
#endif
#if defined(__AVX512F__)
HALFSTEP_LANES(16)
#endif
#undef HALFSTEP_LANES

template <int n>
using Lanes = typename LanesOf<n>::type;

template <class V, class T = float>
inline constexpr int lanes_in = static_cast<int>(sizeof(V) / sizeof(T));

// V is T itself, or several of it.
template <class V, class T>
V load(const T* x) {
    if constexpr (std::is_same_v<V, T>) {
        return *x;
    } else {
        V v;
        std::memcpy(&v, x, sizeof v);
        return v;
    }
}
template <class V, class T>
void store(T* x, const V& v) {
    if constexpr (std::is_same_v<V, T>)
        *x = v;
    else
        std::memcpy(x, &v, sizeof v);
}

// As many 16-bit numbers as V has elements, as the bits of V.
template <class V>
typename BitsOf<V>::type load_halves(const std::uint16_t* x) {
    if constexpr (lanes_in<V> == 1) {
        return *x;
    } else {
        typename LanesOf<lanes_in<V>>::halves h;
        std::memcpy(&h, x, sizeof h);
        return __builtin_convertvector(h, typename BitsOf<V>::type);
    }
}

// Calls use(i, V{}) for the places i = 0, ... of n elements: V = Lanes<...> where as many are left, float for the
// last ones.
template <class Use>
void in_lanes(std::ptrdiff_t n, Use use) {
    std::ptrdiff_t i = 0;
    for (; i + most_lanes <= n; i += most_lanes) use(i, Lanes<most_lanes>{});
    for (; i < n; ++i) use(i, 0.0f);
}

}  // namespace halfstep
