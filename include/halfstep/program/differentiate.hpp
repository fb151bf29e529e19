// Reverse differentiation on the recorded list.
#pragma once

#include <vector>

#include "halfstep/program/builder.hpp"

namespace halfstep {

// Records d loss / d wrt[i] times `seed` (the loss scale; scalar) for a recorded scalar `loss` and
// returns one recorded value per wrt, of its shape. Every result is rounded to `gradient`; inside
// what the forward pass computed in role `fused`, and inside the derivative of tanh and the like,
// intermediates are rounded to `fused`. Contributions to one value are added in reverse order of
// recording. Parameters the loss does not depend on get zeros. Where a function has a corner
// (relu, abs, max at a tie) the derivative taken is 0 for relu and abs, and the first operand's
// for max and min. Signs, comparisons, conditions and indices are constants. Values that share storage (slices of one
// state, views, concatenated pieces) get what reached any of them. A loss that reads an older version of a state that
// was stored to since, worker 0's copy of what it depends on, or a function without a derivative is refused
// (std::logic_error). max_cols is treated as a constant (softmax's shift, where it cancels).
std::vector<Expr> differentiate(Builder& b, const Expr& loss, const std::vector<Expr>& wrt, const Expr& seed);

}  // namespace halfstep
