// The kernels assume IEEE 754's default environment: to nearest, ties to even, subnormals kept. A guard of this
// class sets it and gives the caller's back, exception flags included. The array functions (arrays.hpp,
// elementary.hpp, stochastic.hpp, block.hpp), the scalar path, round_to and `simulate` have one; the inline kernels of
// round.hpp do not. A nanosecond where there is nothing to change.
#pragma once

#include "halfstep/format/exact_math.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace halfstep {

class FloatingPointEnvironment {
public:
    FloatingPointEnvironment();
    ~FloatingPointEnvironment();
    FloatingPointEnvironment(const FloatingPointEnvironment&) = delete;
    FloatingPointEnvironment& operator=(const FloatingPointEnvironment&) = delete;

    // What is computed from x, is computed after the guard began, or before it ends.
    template <class T>
    static void pin(T& x) {
#if defined(__GNUC__)
        asm volatile("" : "+m"(x) : : "memory");
#endif
    }

private:
#if defined(__SSE2__)
    unsigned before_;
#elif !defined(__EMSCRIPTEN__)  // WebAssembly has one environment only
    std::fenv_t before_;
#endif
};

}  // namespace halfstep
