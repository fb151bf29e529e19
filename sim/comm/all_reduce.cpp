#include "halfstep/comm/all_reduce.hpp"

namespace halfstep {

Expr average_over_workers(Builder& b, const Expr& gradient) {
    if (b.workers() == 1) return gradient;
    b.count_sent(Role::comm, double(all_reduced_values(gradient.shape().size())));
    return mean_over_workers(b, gradient);
}

Expr mean_over_workers(Builder& b, const Expr& x) {
    return b.let(Role::comm, sum_workers(x) * b.hyper(1.0 / b.workers()));
}

Expr mean_by_reduce_scatter(Builder& b, const Expr& gradient) {
    if (b.workers() == 1) return gradient;
    b.count_sent(Role::comm, double(gathered_values(gradient.shape().size())));
    const Expr quotient = b.let(Role::comm, gradient / b.hyper(b.workers()));
    return b.let(Role::comm, sum_workers(quotient));
}

}  // namespace halfstep
