// w = w - lr * (g + weight_decay * w)
#include "rows.hpp"

namespace halfstep {
namespace {

class Sgd final : public Optimizer {
public:
    explicit Sgd(const Configured&) {}
    void declare(OptimizerContext&) override {}
    void update(OptimizerContext& c) override {
        const Expr lr = c.b.from_host(c.lr, Role::hyper);
        for (const LogicalTensor& t : c.tensors) {
            Expr g = c.gradient(t);
            if (t.weight_decay > 0) g = g + c.constant(t.weight_decay) * t.weight;
            c.b.store(t.weight, Role::update, t.weight - lr * g);
        }
    }
};

}  // namespace

const OptimizerRow optimizer_sgd = {
    {"sgd", "stochastic gradient descent", {lr_parameter(1e-2), weight_decay_parameter("added to the gradient (L2)")}},
    make_optimizer<Sgd>};

}  // namespace halfstep
