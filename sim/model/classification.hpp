// Loss and accuracy that the classifiers share.
#pragma once

#include "halfstep/program/builder.hpp"

namespace halfstep {

// Mean over the rows of -sum(targets * log softmax(logits)), with the largest logit of a row
// subtracted first. Every intermediate is rounded to `fused`. logits, targets {m, classes}.
Expr softmax_cross_entropy(Builder& b, const Expr& logits, const Expr& targets);

// Fraction of rows in which the labelled class has the largest logit (ties count for it). Meant
// for the binary64 evaluation; NaN logits count as wrong.
Expr classification_accuracy(Builder& b, const Expr& logits, const Expr& targets);

}  // namespace halfstep
