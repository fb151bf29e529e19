// The mean of what workers sent through a compressor, each with error feedback on its own side (Stich, Cordonnier
// and Jaggi 2018, "Sparsified SGD with memory", algorithm 1; Karimireddy et al. 2019, "Error feedback fixes
// SignSGD", algorithm 2). Worker r:
//   p_r = x_r + e_r;  sends C(p_r);  e_r = p_r - C(p_r)
// Everybody receives the mean of C(p_r) over the workers. Sums and differences with the error in `update`,
// stored in `worker_error`; C as the compressor says; the mean in `comm`.
#pragma once

#include "halfstep/comm/compressor.hpp"

namespace halfstep {

// Of a vector of n, zeros at first: {1, n} a worker, named worker_error[suffix].
State declare_worker_error(Builder& b, int n, const std::string& suffix);

// x {1, n} recorded, one a worker where there are several -> {1, n}, the same on all workers. `error`: what
// declare_worker_error made, or null for no feedback: p_r = x_r. One worker sends nothing and gets C(p). Bytes
// are those of each worker's message; what comes back are the messages of the others, which they count.
Expr compressed_average(Builder& b, const Expr& x, const Compressor& compressor, const State* error,
                        const RandomSource& random, const std::string& stream);

}  // namespace halfstep
