// w = w - lr * sign(g), sign(0) = 0 (Bernstein et al. 2018, algorithm 1); with `scaled`, the step is
// lr * |g|_1 / n * sign(g). No error feedback: ef_signsgd.cpp has it.
#include "rows.hpp"

namespace halfstep {
namespace {

class SignSgd final : public Optimizer {
public:
    explicit SignSgd(const Configured& c) : scaled_(c.boolean("scaled")) {}
    void declare(OptimizerContext&) override {}
    void update(OptimizerContext& c) override {
        const Expr lr = c.b.from_host(c.lr, Role::hyper);
        for (const LogicalTensor& t : c.tensors) {
            const Expr g = c.gradient(t);
            Expr step = sign(g);
            if (scaled_) step = (sum(abs(g)) / double(t.size)) * step;
            if (t.weight_decay > 0) step = step + c.constant(t.weight_decay) * t.weight;
            c.b.store(t.weight, Role::update, t.weight - lr * step);
        }
    }

private:
    bool scaled_;
};

}  // namespace

const OptimizerRow optimizer_signsgd = {
    {"signsgd",
     "steps of constant size along the signs of the gradient",
     {lr_parameter(1e-3), boolean("scaled", false, "multiply by the mean magnitude of the gradient"),
      weight_decay_parameter("decoupled: added to the sign, times lr")}},
    make_optimizer<SignSgd>};

}  // namespace halfstep
