// A function under FloatingPointEnvironment: computed within the guard, whatever the optimiser moves.
#pragma once

#include "halfstep/format/environment.hpp"

namespace halfstep {

// Of nothing, or of what lies in memory.
template <class F>
auto guarded(F f) {
    const FloatingPointEnvironment environment;
    auto y = f();
    FloatingPointEnvironment::pin(y);
    return y;
}
template <class F>
auto guarded(double x, F f) {
    return guarded([&] {
        FloatingPointEnvironment::pin(x);
        return f(x);
    });
}

}  // namespace halfstep
