// LAMB (You et al. 2020, algorithm 2) with the arithmetic of DeepSpeed's FusedLamb (reference
// semantics, section 9):
//   m = beta1 m + (1-beta1) g;  v = beta2 v + ((1-beta2) g) g
//   u = m / (sqrt(v) + eps) + weight_decay w          (eps_inside_sqrt: m / sqrt(v + eps))
//   coefficient = |w| / |u| within [min_coeff, max_coeff]; 1 where either norm is 0
//   w = w - (step_size coefficient) u;  step_size = lr sqrt(k2) / k1,  k = 1 - beta^t, or lr
// Bias correction stands in the step size, so it is in neither u nor the trust ratio. Weight decay
// is always added, be it 0. 1-beta and k come from the rounded beta.
#include <cmath>

#include "fused_terms.hpp"
#include "rows.hpp"
#include "trust_ratio.hpp"

namespace halfstep {
namespace {

class Lamb final : public Optimizer {
public:
    explicit Lamb(const Configured& c)
        : bias_correction_(c.boolean("bias_correction")),
          eps_inside_sqrt_(c.boolean("eps_inside_sqrt")),
          beta1_(c.number("beta1")),
          beta2_(c.number("beta2")),
          eps_(c.number("eps")),
          max_coeff_(c.number("max_coeff")),
          min_coeff_(c.number("min_coeff")) {}

    void declare(OptimizerContext& c) override {
        step_ = c.b.host_state("step", c.initial_step);
        for (const LogicalTensor& t : c.tensors)
            states_.push_back({c.state("exp_avg" + t.suffix, t.size, Role::exp_avg),
                               c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq),
                               c.b.host_state("lamb_coeffs" + t.suffix, 0.0, c.per_worker_state)});
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
        const FusedMoment first(c, beta1_), second(c, beta2_);
        const Expr step_size = this->step_size(c, first, second);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            const State &m = states_[i].exp_avg, &v = states_[i].exp_avg_sq, &w = t.weight;
            const Expr g = c.gradient(t), eps = c.constant(eps_);
            b.store(m, Role::update, first.beta * m + first.rest * g);
            b.store(v, Role::update, second.beta * v + (second.rest * g) * g);
            const Expr denominator = eps_inside_sqrt_ ? sqrt(v + eps) : sqrt(v) + eps;
            const Expr u = b.let(Role::update, m / denominator + c.constant(t.weight_decay) * w);
            const Host coefficient = trust_ratio(c, w, u);
            b.store(states_[i].coefficient, coefficient);
            b.store(w, Role::update, w - (step_size * b.from_host(coefficient, Role::update)) * u);
        }
    }

private:
    struct TensorState {
        State exp_avg, exp_avg_sq;
        Host coefficient;
    };

    // In binary64 from rounded factors, left to right; rounded once.
    Expr step_size(OptimizerContext& c, const FusedMoment& first, const FusedMoment& second) const {
        Builder& b = c.b;
        const Expr lr = b.from_host(c.lr, Role::hyper);
        if (!bias_correction_) return lr;
        const Host size =
            b.apply([](double lr, double k1, double k2) { return lr * std::sqrt(k2) / k1; }, b.to_host(lr),
                    b.to_host(first.correction(c, step_)), b.to_host(second.correction(c, step_)));
        return b.from_host(size, Role::hyper);
    }

    Host trust_ratio(OptimizerContext& c, const Expr& w, const Expr& u) const {
        Builder& b = c.b;
        const Expr weight_norm = b.let(Role::update, sqrt(sum_squares(w)));
        const Expr update_norm = b.let(Role::update, sqrt(sum_squares(u)));
        const Expr ratio = b.let(Role::update, halfstep::trust_ratio(weight_norm, update_norm));
        return b.apply(bounded_trust_ratio, b.to_host(weight_norm), b.to_host(update_norm), b.to_host(ratio),
                       b.to_host(c.constant(max_coeff_)), b.to_host(c.constant(min_coeff_)));
    }

    bool bias_correction_, eps_inside_sqrt_;
    double beta1_, beta2_, eps_, max_coeff_, min_coeff_;
    Host step_;
    std::vector<TensorState> states_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("added to the update, inside the trust ratio"));
    p.push_back(boolean("bias_correction", true, "correct both moments' bias in the step size"));
    p.push_back(boolean("eps_inside_sqrt", false, "divide by sqrt(v + eps) instead of sqrt(v) + eps"));
    for (const Parameter& bound : trust_ratio_parameters()) p.push_back(bound);
    return p;
}

}  // namespace

const OptimizerRow optimizer_lamb = {
    .schema = {"lamb", "LAMB, Adam with a trust ratio a tensor, with the arithmetic of DeepSpeed's FusedLamb",
               parameters()},
    .make = make_optimizer<Lamb>,
    .elementwise = false,
    .divides_by_loss_scale = true};

}  // namespace halfstep
