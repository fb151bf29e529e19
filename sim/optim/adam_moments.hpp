// The two moments of Adam (Kingma and Ba 2015, algorithm 1), the correction of their bias, and the
// constants all optimizers built on them share:
//   m = beta1 m + c1 g;  v = beta2 v + (c2 g) g;  u = (m / k1) / (sqrt(v / k2) + eps)
// k = 1 - beta^t, from running products in binary64 and rounded once to `hyper`; without bias
// correction nothing is divided. c = 1 - beta is formed as one_minus_beta says:
//   "binary64"  in binary64 from the unrounded beta, then rounded once to `hyper`
//   "hyper"     by a subtraction in `update` from the beta that was rounded to `hyper`, as kernels do
//               that are handed beta in their own precision (apex FusedAdam)
#pragma once

#include <vector>

#include "halfstep/optim/optimizer.hpp"

namespace halfstep {

class AdamMoments {
public:
    explicit AdamMoments(const Configured& c);

    // States step, beta1_power, beta2_power, exp_avg[i] and exp_avg_sq[i].
    void declare(OptimizerContext& c);
    // Records what comes first in a step: the counter, lr and the constants. Returns lr.
    Expr begin(OptimizerContext& c);
    // Moves both moments of tensor i towards a recorded gradient.
    void accumulate(Builder& b, std::size_t i, const Expr& g);
    const State& exp_avg_sq(std::size_t i) const { return exp_avg_sq_[i]; }
    // u, with `second` in place of v.
    Expr direction(std::size_t i, const Expr& second) const;

private:
    Expr one_minus(OptimizerContext& c, double beta, const Expr& rounded) const;
    Expr correction(Builder& b, Host power, double beta) const;

    bool bias_correction_, from_rounded_beta_;
    double beta1_, beta2_, eps_;
    Host step_, beta1_power_, beta2_power_;
    Expr beta1_rounded_, beta2_rounded_, c1_, c2_, k1_, k2_, eps_rounded_;
    std::vector<State> exp_avg_, exp_avg_sq_;
};

// lr, beta1, beta2, eps, weight_decay, bias_correction, one_minus_beta.
std::vector<Parameter> adam_moments_parameters(double weight_decay, const char* weight_decay_doc);

}  // namespace halfstep
