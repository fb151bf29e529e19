// The 1-bit all-reduce with two-sided error feedback of 1-bit Adam (Tang et al. 2021, algorithm 1;
// DeepSpeed's nccl backend). For W workers and a vector of n, padded with zeros to N entries:
//   worker r: b = x + worker_error;  scale a = |b|_2 / sqrt(N);  worker_error = b - a*sgn(b)
//   server k, chunk k of C = N/W:  y = sum_r sgn_r * (a_r / W) + server_error
//                                  scale c = |y|_2 / sqrt(C);  server_error = y - c*sgn(y)
//   everybody receives c_k * sgn(y_k).  sgn(0) = sgn(NaN) = +1: there is no zero symbol.
#pragma once

#include <cstdint>

#include "halfstep/program/builder.hpp"

namespace halfstep {

// N: n rounded up to a multiple of W * (8 W / gcd(W, 8)), so that every chunk is whole bytes.
int compressed_size(int n, int workers);

// What one all-reduce of n values puts on the wire, a worker, in bytes: N/8 sign bits to the
// servers and N/8 back, and one binary32 scale for each of the W messages either way.
std::int64_t compressed_bytes(int n, int workers);

// The error buffers of one compressed vector. Without compensation the buffer stays as it is and
// is not added.
struct ErrorFeedback {
    State worker_error;  // {1, N} a worker, role worker_error
    State server_error;  // {W, C}: row k belongs to server k, role server_error
    bool compensate_worker = true;
    bool compensate_server = true;
};

// Buffers of zeros for a vector of n, named worker_error[suffix] and server_error[suffix].
ErrorFeedback declare_error_feedback(Builder& b, int n, const std::string& suffix);

// x {1, n}, one value a worker -> {1, n}, the same on all workers; updates the buffers. Arithmetic
// in role `update`, scales stored in `comm_scale`. Needs at least two workers.
Expr compressed_all_reduce(Builder& b, const Expr& x, const ErrorFeedback& feedback);

}  // namespace halfstep
