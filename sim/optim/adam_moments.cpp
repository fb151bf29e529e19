#include "adam_moments.hpp"

#include "rows.hpp"

namespace halfstep {

AdamMoments::AdamMoments(const Configured& c)
    : bias_correction_(c.boolean("bias_correction")),
      from_rounded_beta_(c.text("one_minus_beta") == "hyper"),
      beta1_(c.number("beta1")),
      beta2_(c.number("beta2")),
      eps_(c.number("eps")) {}

void AdamMoments::declare(OptimizerContext& c) {
    step_ = c.b.host_state("step", c.initial_step);
    // beta^t as running products: the same bits on every machine, which pow is not.
    beta1_power_ = c.b.host_state("beta1_power", c.initial_step > 0 ? beta1_ : 1.0);
    beta2_power_ = c.b.host_state("beta2_power", c.initial_step > 0 ? beta2_ : 1.0);
    for (const LogicalTensor& t : c.tensors) {
        exp_avg_.push_back(c.state("exp_avg" + t.suffix, t.size, Role::exp_avg));
        exp_avg_sq_.push_back(c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq));
    }
}

Expr AdamMoments::begin(OptimizerContext& c) {
    Builder& b = c.b;
    b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
    const Expr lr = b.from_host(c.lr, Role::hyper);
    beta1_rounded_ = c.constant(beta1_);
    beta2_rounded_ = c.constant(beta2_);
    eps_rounded_ = c.constant(eps_);
    c1_ = one_minus(c, beta1_, beta1_rounded_);
    c2_ = one_minus(c, beta2_, beta2_rounded_);
    k1_ = correction(b, beta1_power_, beta1_);
    k2_ = correction(b, beta2_power_, beta2_);
    return lr;
}

Expr AdamMoments::one_minus(OptimizerContext& c, double beta, const Expr& rounded) const {
    return from_rounded_beta_ ? c.b.let(Role::update, 1.0 - rounded) : c.constant(1.0 - beta);
}

Expr AdamMoments::correction(Builder& b, Host power, double beta) const {
    if (!bias_correction_) return {};
    b.store(power, b.apply([](double p, double x) { return p * x; }, power, b.host_constant(beta)));
    return b.from_host(b.apply([](double p) { return 1.0 - p; }, power), Role::hyper);
}

void AdamMoments::accumulate(Builder& b, std::size_t i, const Expr& g) {
    const State &m = exp_avg_[i], &v = exp_avg_sq_[i];
    b.store(m, Role::update, beta1_rounded_ * m + c1_ * g);
    b.store(v, Role::update, beta2_rounded_ * v + (c2_ * g) * g);
}

Expr AdamMoments::direction(std::size_t i, const Expr& second) const {
    const Expr mean = bias_correction_ ? exp_avg_[i] / k1_ : Expr(exp_avg_[i]);
    const Expr square = bias_correction_ ? second / k2_ : second;
    return mean / (sqrt(square) + eps_rounded_);
}

std::vector<Parameter> adam_moments_parameters(double weight_decay, const char* weight_decay_doc) {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(number("weight_decay", weight_decay, weight_decay_doc, Range::at_least(0)));
    p.push_back(boolean("bias_correction", true, "divide the moments by 1 - beta^t"));
    p.push_back(choice("one_minus_beta", "binary64",
                       "1 - beta: formed in binary64 and rounded once, or subtracted in update from the rounded beta",
                       {"binary64", "hyper"}));
    return p;
}

}  // namespace halfstep
