// The one number that is sent with the signs of a vector, rounded to role `comm_scale`.
#pragma once

#include "halfstep/program/builder.hpp"

namespace halfstep {

// |x|_2 / sqrt(n) of a recorded x {1, n} -> {1, 1}: the squares in binary64, one root and one rounding to
// `update`, the quotient in `update` (1-bit Adam, Tang et al. 2021; DeepSpeed's nccl backend).
Expr rms_scale(Builder& b, const Expr& x);

// |x|_1 / n: the sum in index order, each partial sum in `accumulator`, the quotient in `update`
// (EF-SignSGD, Karimireddy et al. 2019, algorithm 1).
Expr mean_abs_scale(Builder& b, const Expr& x);

}  // namespace halfstep
