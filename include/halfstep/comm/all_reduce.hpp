// The uncompressed all-reduce of a gradient.
#pragma once

#include <cstdint>

#include "halfstep/program/builder.hpp"

namespace halfstep {

// Mean over the workers in role `comm`: worker 0's value, the others added in order, each partial
// sum rounded (an fp16 sum may overflow), then one product with 1/W rounded to `hyper`. One worker:
// the value itself. DeepSpeed engine, reference semantics section 2.
Expr average_over_workers(Builder& b, const Expr& gradient);

// The same of what was sent in another way, which counts its own bytes. Needs at least two workers.
Expr mean_over_workers(Builder& b, const Expr& x);

// The same as ZeRO does it: each worker divides by W first, in role `comm`, then the quotients are added in
// order. What is left with each worker is its partition; here everybody has all of it.
Expr mean_by_reduce_scatter(Builder& b, const Expr& gradient);

// What a reduce-scatter or an all-gather of n values sends, a worker, its own share counted.
inline std::int64_t gathered_values(int n) {
    return n;
}

// What an all-reduce of n values sends, a worker, in values: its vector to the servers of the chunks
// and the sums back. The share a worker serves itself is counted, as in compressed_bytes.
inline std::int64_t all_reduced_values(int n) {
    return 2 * std::int64_t(n);
}

}  // namespace halfstep
