// Refuses compiler options under which the kernels of these headers are not exact. Contraction of a*b + c into one
// operation cannot be seen from here: -ffp-contract=off is among the options that the packages export.
#pragma once

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
#error "halfstep rounds exactly: compile without -ffast-math and the like"
#endif
#if defined(__FLT_EVAL_METHOD__) && (__FLT_EVAL_METHOD__ == 1 || __FLT_EVAL_METHOD__ == 2)
#error "halfstep rounds exactly: binary32 and binary64 must not be evaluated in wider registers; use -mfpmath=sse"
#endif
