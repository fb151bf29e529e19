// The kernels assume IEEE 754's default environment: to nearest, ties to even, subnormals kept. A guard of this
// class sets it, with exceptions masked, and gives the caller's back, exception flags included. Every function of the
// library that is not inline has one where it matters, and so has `simulate`; the inline kernels (round.hpp,
// round_to_odd.hpp, one number of RoundStochastic, in_binary64) have none: their caller places one around a loop.
//
//     const FloatingPointEnvironment environment;
//     for (float& x : array) x = kernel(x);
//
// On x86 it is MXCSR, elsewhere <cfenv>; WebAssembly has one environment only.
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
