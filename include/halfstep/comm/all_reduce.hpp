// The uncompressed all-reduce of a gradient.
#pragma once

#include "halfstep/program/builder.hpp"

namespace halfstep {

// Mean over the workers in role `comm`: worker 0's value, the others added in order, each partial
// sum rounded (an fp16 sum may overflow), then one product with 1/W rounded to `hyper`. One worker:
// the value itself. DeepSpeed engine, reference semantics section 2.
Expr average_over_workers(Builder& b, const Expr& gradient);

}  // namespace halfstep
