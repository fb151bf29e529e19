// Heavy-ball momentum as torch.optim.SGD has it: buf = momentum * buf + (1 - dampening) * g;
// w = w - lr * buf. The buffer starts at zero (torch starts it at the first gradient, which is the
// same without dampening).
#include "rows.hpp"

namespace halfstep {
namespace {

class Momentum final : public Optimizer {
public:
    explicit Momentum(const Configured& c)
        : momentum_(c.number("momentum")), dampening_(c.number("dampening")), nesterov_(c.boolean("nesterov")) {}

    void declare(OptimizerContext& c) override {
        for (const LogicalTensor& t : c.tensors)
            buffers_.push_back(c.state("exp_avg" + t.suffix, t.size, Role::exp_avg));
    }

    void update(OptimizerContext& c) override {
        const Expr lr = c.b.from_host(c.lr, Role::hyper), momentum = c.constant(momentum_);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            Expr g = c.gradient(t);
            if (t.weight_decay > 0) g = g + c.constant(t.weight_decay) * t.weight;
            g = c.b.let(Role::update, g);
            const Expr share = dampening_ > 0 ? c.constant(1.0 - dampening_) * g : g;
            c.b.store(buffers_[i], Role::update, momentum * buffers_[i] + share);
            const Expr direction = nesterov_ ? g + momentum * buffers_[i] : Expr(buffers_[i]);
            c.b.store(t.weight, Role::update, t.weight - lr * direction);
        }
    }

private:
    double momentum_, dampening_;
    bool nesterov_;
    std::vector<State> buffers_;
};

}  // namespace

const OptimizerRow optimizer_momentum = {
    {"momentum",
     "SGD with heavy-ball or Nesterov momentum",
     {lr_parameter(1e-2), number("momentum", 0.9, "decay of the buffer", Range::unit_half_open()),
      number("dampening", 0.0, "the gradient enters with 1 - dampening", Range::unit_half_open()),
      boolean("nesterov", false, "look ahead along the buffer"), weight_decay_parameter("added to the gradient (L2)")}},
    make_optimizer<Momentum>};

}  // namespace halfstep
