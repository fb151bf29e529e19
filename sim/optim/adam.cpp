// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2):
//   m = beta1 m + (1-beta1) g;  v = beta2 v + ((1-beta2) g) g
//   u = (m / k1) / (sqrt(v / k2) + eps);  k = 1 - beta^t, or 1 without bias correction
//   adam: g += weight_decay w first;  adamw: u += weight_decay w;  w = w - lr u
// 1-beta is formed in binary64 and rounded once to `hyper`, as k1 and k2 are.
#include "rows.hpp"

namespace halfstep {
namespace {

class Adam final : public Optimizer {
public:
    explicit Adam(const Configured& c)
        : decoupled_(c.kind == "adamw"),
          bias_correction_(c.boolean("bias_correction")),
          beta1_(c.number("beta1")),
          beta2_(c.number("beta2")),
          eps_(c.number("eps")) {}

    void declare(OptimizerContext& c) override {
        step_ = c.b.host_state("step", c.initial_step);
        // beta^t as running products: the same bits on every machine, which pow is not.
        beta1_power_ = c.b.host_state("beta1_power", c.initial_step > 0 ? beta1_ : 1.0);
        beta2_power_ = c.b.host_state("beta2_power", c.initial_step > 0 ? beta2_ : 1.0);
        for (const LogicalTensor& t : c.tensors) {
            exp_avg_.push_back(c.state("exp_avg" + t.suffix, t.size, Role::exp_avg));
            exp_avg_sq_.push_back(c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq));
        }
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
        const Expr lr = b.from_host(c.lr, Role::hyper);
        const Expr beta1 = c.constant(beta1_), beta2 = c.constant(beta2_), eps = c.constant(eps_);
        const Expr c1 = c.constant(1.0 - beta1_), c2 = c.constant(1.0 - beta2_);
        const Expr k1 = correction(b, beta1_power_, beta1_), k2 = correction(b, beta2_power_, beta2_);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            const State &m = exp_avg_[i], &v = exp_avg_sq_[i], &w = t.weight;
            Expr g = c.gradient(t);
            if (!decoupled_ && t.weight_decay > 0) g = b.let(Role::update, g + c.constant(t.weight_decay) * w);
            b.store(m, Role::update, beta1 * m + c1 * g);
            b.store(v, Role::update, beta2 * v + (c2 * g) * g);
            const Expr mean = bias_correction_ ? m / k1 : Expr(m);
            const Expr square = bias_correction_ ? v / k2 : Expr(v);
            Expr u = mean / (sqrt(square) + eps);
            if (decoupled_ && t.weight_decay > 0) u = u + c.constant(t.weight_decay) * w;
            b.store(w, Role::update, w - lr * u);
        }
    }

private:
    Expr correction(Builder& b, Host power, double beta) const {
        if (!bias_correction_) return {};
        b.store(power, b.apply([](double p, double x) { return p * x; }, power, b.host_constant(beta)));
        return b.from_host(b.apply([](double p) { return 1.0 - p; }, power), Role::hyper);
    }

    bool decoupled_, bias_correction_;
    double beta1_, beta2_, eps_;
    Host step_, beta1_power_, beta2_power_;
    std::vector<State> exp_avg_, exp_avg_sq_;
};

std::vector<Parameter> parameters(double decay, const char* doc) {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(number("weight_decay", decay, doc, Range::at_least(0)));
    p.push_back(boolean("bias_correction", true, "divide the moments by 1 - beta^t"));
    return p;
}

}  // namespace

const OptimizerRow optimizer_adam = {
    .schema = {"adam", "Adam with weight decay in the gradient (L2)", parameters(0.0, "added to the gradient (L2)")},
    .make = make_optimizer<Adam>,
    .fused_wrapper = true};

const OptimizerRow optimizer_adamw = {.schema = {"adamw", "Adam with decoupled weight decay",
                                                 parameters(0.01, "decoupled: added to the update, times lr")},
                                      .make = make_optimizer<Adam>,
                                      .fused_wrapper = true};

}  // namespace halfstep
