// Which elements are the largest. A threshold is looked for among the magnitudes, so that no element has
// to carry its index along: O(n) steps on average, in memory that was there before.
#pragma once

#include <algorithm>
#include <functional>

#include "bound.hpp"

namespace halfstep::kernels {

// A zero keeps its sign, which no comparison sees.
template <class T>
T magnitude_of(const T& x) {
    return x < T(0) ? -x : x;
}

// The `count` largest of some numbers: all above the threshold, and the first `ties` of those that are at it.
template <class T>
struct Threshold {
    T magnitude;
    int ties;
};

// Of x[0 .. n) without its NaN, of which there are at least `count` >= 1 numbers. `room`: n elements.
template <class T>
Threshold<T> find_threshold(const T* x, int n, int count, T* room) {
    int numbers = 0;
    for (int i = 0; i < n; ++i)
        if (x[i] == x[i]) room[numbers++] = magnitude_of(x[i]);
    std::nth_element(room, room + count - 1, room + numbers, std::greater<T>());
    const T magnitude = room[count - 1];
    return {magnitude, static_cast<int>(std::count(room, room + count, magnitude))};
}

template <class T>
void among_largest(const Bound<T>& b, int w) {
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    const int n = b.n;
    if (b.count >= n) {
        std::fill(out, out + n, T(1));
        return;
    }
    int nans = 0;
    for (int i = 0; i < n; ++i) nans += x[i] == x[i] ? 0 : 1;
    if (nans >= b.count) {  // they are the largest, the first ones first
        for (int i = 0, left = b.count; i < n; ++i) out[i] = !(x[i] == x[i]) && left-- > 0 ? T(1) : T(0);
        return;
    }
    const Threshold<T> threshold = find_threshold(x, n, b.count - nans, b.scratch_array);
    for (int i = 0; i < n; ++i) out[i] = magnitude_of(x[i]) <= threshold.magnitude ? T(0) : T(1);
    for (int i = 0, left = threshold.ties; left > 0; ++i) {
        if (!(magnitude_of(x[i]) == threshold.magnitude)) continue;
        out[i] = T(1);
        --left;
    }
}

}  // namespace halfstep::kernels
