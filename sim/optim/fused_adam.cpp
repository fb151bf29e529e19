// Adam and AdamW with the arithmetic of DeepSpeed's and apex's FusedAdam (reference semantics,
// section 9), which "Adam" and "AdamW" mean in a DeepSpeed configuration:
//   m = beta1 m + (1-beta1) g;  v = beta2 v + ((1-beta2) g) g
//   w = w - lr ((m/k1) / (sqrt(v/k2) + eps) [+ weight_decay w]);  k = 1 - beta^t, or 1
// adam_w_mode = false adds weight_decay w to the gradient instead. Weight decay is always added, be
// it 0. 1-beta and k come from the rounded beta, unlike in `adam`.
#include "fused_terms.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class FusedAdam final : public Optimizer {
public:
    explicit FusedAdam(const Configured& c)
        : decoupled_(c.boolean("adam_w_mode")),
          bias_correction_(c.boolean("bias_correction")),
          beta1_(c.number("beta1")),
          beta2_(c.number("beta2")),
          eps_(c.number("eps")) {}

    void declare(OptimizerContext& c) override {
        step_ = c.b.host_state("step", c.initial_step);
        for (const LogicalTensor& t : c.tensors) {
            exp_avg_.push_back(c.state("exp_avg" + t.suffix, t.size, Role::exp_avg));
            exp_avg_sq_.push_back(c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq));
        }
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
        const Expr lr = b.from_host(c.lr, Role::hyper), eps = c.constant(eps_);
        const FusedMoment first(c, beta1_), second(c, beta2_);
        const Expr k1 = bias_correction_ ? first.correction(c, step_) : Expr();
        const Expr k2 = bias_correction_ ? second.correction(c, step_) : Expr();
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            const State &m = exp_avg_[i], &v = exp_avg_sq_[i], &w = t.weight;
            const Expr decay = c.constant(t.weight_decay);
            Expr g = c.gradient(t);
            if (!decoupled_) g = b.let(Role::update, g + decay * w);
            b.store(m, Role::update, first.beta * m + first.rest * g);
            b.store(v, Role::update, second.beta * v + (second.rest * g) * g);
            const Expr mean = bias_correction_ ? m / k1 : Expr(m);
            const Expr square = bias_correction_ ? v / k2 : Expr(v);
            Expr u = mean / (sqrt(square) + eps);
            if (decoupled_) u = u + decay * w;
            b.store(w, Role::update, w - lr * u);
        }
    }

private:
    bool decoupled_, bias_correction_;
    double beta1_, beta2_, eps_;
    Host step_;
    std::vector<State> exp_avg_, exp_avg_sq_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("decoupled, or added to the gradient without adam_w_mode"));
    p.push_back(boolean("adam_w_mode", true, "weight decay is decoupled (AdamW)"));
    p.push_back(boolean("bias_correction", true, "divide the moments by 1 - beta^t"));
    return p;
}

}  // namespace

const OptimizerRow optimizer_fused_adam = {
    .schema = {"fused_adam", "Adam or AdamW with the arithmetic of DeepSpeed's FusedAdam", parameters()},
    .make = make_optimizer<FusedAdam>,
    .fused_wrapper = true};

}  // namespace halfstep
