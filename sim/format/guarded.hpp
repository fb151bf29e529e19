// A function of one number under FloatingPointEnvironment: computed within the guard, whatever the optimiser moves.
#pragma once

#include "halfstep/format/environment.hpp"

namespace halfstep {

template <class F>
double guarded(double x, F f) {
    const FloatingPointEnvironment environment;
    FloatingPointEnvironment::pin(x);
    double y = f(x);
    FloatingPointEnvironment::pin(y);
    return y;
}

}  // namespace halfstep
