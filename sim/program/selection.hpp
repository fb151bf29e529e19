// Which elements are the largest. A threshold is looked for among the magnitudes, so that no element has
// to carry its index along: O(n) steps on average, in memory that was there before.
#pragma once

#include <algorithm>
#include <functional>

#include "bound.hpp"

namespace halfstep::kernels {

// Of infinity, numbers and NaN; the sign of a zero goes away.
template <class T>
T magnitude_of(const T& x) {
    return x < T(0) ? -x : x;
}

// NaN come first and have no order among them; of the numbers, `more` of those at the threshold are left.
template <class T>
struct Largest {
    int nans = 0;  // how many of them, in index order
    T threshold = T(0);
    int at_threshold = 0;  // how many of those that have just this magnitude, in index order
};

// Of the `count` largest of x[0 .. n), 1 <= count < n. `room`: n elements.
template <class T>
Largest<T> find_largest(const T* x, int n, int count, T* room) {
    Largest<T> largest;
    int numbers = 0;
    for (int i = 0; i < n; ++i)
        if (x[i] == x[i]) room[numbers++] = magnitude_of(x[i]);
    largest.nans = std::min(count, n - numbers);
    const int left = count - largest.nans;
    if (left == 0) return largest;
    std::nth_element(room, room + left - 1, room + numbers, std::greater<T>());
    largest.threshold = room[left - 1];
    largest.at_threshold = static_cast<int>(std::count(room, room + left, largest.threshold));
    return largest;
}

template <class T>
void among_largest(const Bound<T>& b, int w) {
    const T* x = b.operand(0, w);
    T* out = b.result_of(w);
    if (b.count >= b.n) {
        std::fill(out, out + b.n, T(1));
        return;
    }
    Largest<T> left = find_largest(x, b.n, b.count, b.scratch_array);
    const bool takes_numbers = left.nans < b.count;
    for (int i = 0; i < b.n; ++i) {
        bool chosen = false;
        if (!(x[i] == x[i])) {
            chosen = left.nans > 0 && left.nans-- > 0;
        } else if (takes_numbers) {
            const T magnitude = magnitude_of(x[i]);
            chosen = magnitude > left.threshold || (magnitude == left.threshold && left.at_threshold-- > 0);
        }
        out[i] = chosen ? T(1) : T(0);
    }
}

}  // namespace halfstep::kernels
