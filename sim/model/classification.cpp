#include "classification.hpp"

namespace halfstep {

Expr softmax_cross_entropy(Builder& b, const Expr& logits, const Expr& targets) {
    const Role fused = Role::fused;
    const int classes = logits.shape().cols, rows = logits.shape().rows;
    const Expr shifted = b.let(fused, logits - bcast_cols(max_cols(logits), classes));
    const Expr log_sum = b.let(fused, log(sum_cols(exp(shifted))));
    const Expr log_probability = b.let(fused, shifted - bcast_cols(log_sum, classes));
    return b.let(fused, -(sum(targets * log_probability) / double(rows)));
}

Expr classification_accuracy(Builder& b, const Expr& logits, const Expr& targets) {
    const Role fused = Role::fused;
    // The labelled logit minus the largest is 0 where the label wins: sign + 1 is 1 there, else 0 or
    // NaN, and neither passes the gate.
    const Expr labelled = b.let(fused, sum_cols(targets * logits));
    const Expr won = b.let(fused, 1.0 + sign(labelled - max_cols(logits)));
    return b.let(fused, sum(gate(won, won)) / double(logits.shape().rows));
}

}  // namespace halfstep
