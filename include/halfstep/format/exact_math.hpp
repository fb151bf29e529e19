// Refuses compiler options under which the kernels of these headers are not exact. Every public header includes this
// one. Contraction of a*b + c into one operation cannot be seen from here, nor can the parts of -ffast-math one by one
// with clang: the packages export -ffp-contract=off, and -funsafe-math-optimizations and the like are the user's to
// leave out.
#pragma once

#include <limits>

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    defined(__NO_SIGNED_ZEROS__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
#error "halfstep rounds exactly: compile without -ffast-math and the like"
#endif
#if defined(__FLT_EVAL_METHOD__) && (__FLT_EVAL_METHOD__ == 1 || __FLT_EVAL_METHOD__ == 2)
#error "halfstep rounds exactly: binary32 and binary64 must not be evaluated in wider registers; use -mfpmath=sse"
#endif

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<float>::digits == 24 &&
                  std::numeric_limits<double>::is_iec559 && std::numeric_limits<double>::digits == 53,
              "halfstep rounds exactly: float and double must be binary32 and binary64 of IEEE 754");
