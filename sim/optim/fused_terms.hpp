// What the arithmetic of the fused CUDA optimizers shares (reference semantics, section 9), as
// opposed to that of the 1-bit ones: 1 - beta is formed in the hyper-parameters' format from the
// rounded beta, and bias corrections take powers of the rounded beta in binary64.
#pragma once

#include "halfstep/optim/optimizer.hpp"

namespace halfstep {

struct FusedMoment {
    FusedMoment(const OptimizerContext& c, double beta)
        : beta(c.constant(beta)), rest(c.b.let(Role::hyper, 1.0 - this->beta)) {}
    // 1 - beta^t, rounded to `hyper`.
    Expr correction(const OptimizerContext& c, Host t) const;

    Expr beta, rest;
};

// x^n for a whole n >= 0, right but for the last bit of binary64 at most, and the same on every
// machine, which a C library's pow need not be.
double whole_power(double x, double n);

}  // namespace halfstep
