#include "halfstep/comm/compressed_average.hpp"

#include "halfstep/comm/all_reduce.hpp"

namespace halfstep {

State declare_worker_error(Builder& b, int n, const std::string& suffix) {
    return b.state("worker_error" + suffix, {1, n}, Role::worker_error, {0.0}, true);
}

Expr compressed_average(Builder& b, const Expr& x, const Compressor& compressor, const State* error,
                        const RandomSource& random, const std::string& stream) {
    const int n = x.shape().size();
    const Expr corrected = error ? b.let(Role::update, x + Expr(*error)) : x;
    const Expr message = compressor.compress(b, corrected, random, stream);
    // After the last use of what was corrected, so that the error may take its place.
    if (error) b.store(*error, Role::update, corrected - message);
    if (b.workers() == 1) return message;
    const MessageSize size = compressor.message(n);
    if (size.values > 0) b.count_sent(Role::comm, double(size.values));
    if (size.bytes > 0) b.count_sent(std::nullopt, double(size.bytes));
    const Expr mean = mean_over_workers(b, message);
    b.note_exchange(x, mean, n);
    return mean;
}

}  // namespace halfstep
