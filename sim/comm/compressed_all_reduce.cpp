#include "halfstep/comm/compressed_all_reduce.hpp"

#include <cmath>
#include <numeric>

#include "halfstep/comm/sign_scale.hpp"

namespace halfstep {

int compressed_size(int n, int workers) {
    const int alignment = workers * (workers * 8 / std::gcd(workers, 8));
    return (n + alignment - 1) / alignment * alignment;
}

std::int64_t compressed_bytes(int n, int workers) {
    const std::int64_t bits = compressed_size(n, workers);
    return 2 * (bits / 8 + 4 * std::int64_t(workers));
}

ErrorFeedback declare_error_feedback(Builder& b, int n, const std::string& suffix) {
    const int padded = compressed_size(n, b.workers());
    ErrorFeedback f;
    f.worker_error = b.state("worker_error" + suffix, {1, padded}, Role::worker_error, {0.0}, true);
    f.server_error = b.state("server_error" + suffix, {b.workers(), padded / b.workers()}, Role::server_error, {0.0});
    return f;
}

Expr compressed_all_reduce(Builder& b, const Expr& x, const ErrorFeedback& feedback) {
    const Role update = Role::update;
    const int workers = b.workers(), n = x.shape().size();
    const int padded = compressed_size(n, workers), chunk = padded / workers;

    const Expr sent = n == padded ? b.let(update, cast(x)) : b.concat(update, {x}, padded);
    const Expr corrected = feedback.compensate_worker ? b.let(update, sent + Expr(feedback.worker_error)) : sent;
    const Expr worker_scale = rms_scale(b, corrected);
    const Expr share = b.let(update, worker_scale * b.hyper(1.0 / workers));
    const Expr sum = b.let(update, sum_one_bit(share, corrected));
    b.count_sent(std::nullopt, double(compressed_bytes(n, workers)));
    // After the last use of what was corrected, so that the error may take its place.
    if (feedback.compensate_worker)
        b.store(feedback.worker_error, update, one_bit_error(b.let(update, cast(worker_scale)), corrected));
    const Expr chunks = b.view(sum, 0, {workers, chunk});
    const Expr served = feedback.compensate_server ? b.let(update, chunks + Expr(feedback.server_error)) : chunks;
    const Expr server_norm = b.let(update, norm_rows(served) / std::sqrt(double(chunk)));
    const Expr server_scale = b.let(Role::comm_scale, cast(server_norm));
    const Expr scales = b.let(update, bcast_cols(server_scale, chunk));
    if (feedback.compensate_server) b.store(feedback.server_error, update, one_bit_error(scales, served));
    // Last, so that who stores the result has it written where it belongs.
    const Expr all = b.let(update, one_bit(b.view(scales, 0, {1, padded}), b.view(served, 0, {1, padded})));
    b.note_exchange(sent, all, n);
    return n == padded ? all : b.view(all, 0, {1, n});
}

}  // namespace halfstep
