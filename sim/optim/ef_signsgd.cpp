// Sign steps with error feedback (Karimireddy, Rebjock, Stich and Jaggi 2019, "Error feedback fixes
// SignSGD", algorithm 1): what the compressed step leaves out is kept and added to the next one.
//   p = lr g + e;  delta = (|p|_1 / n) sign(p);  w = w - delta;  e = p - delta
// Every operation in `update`, left operand first: lr*g, the sum with e, the magnitudes (their sum
// in index order, each partial sum in `accumulator`), the quotient by n, its product with the signs
// (sign(0) = 0), then w - delta and p - delta. e is stored as worker_error[i] in role worker_error.
// Several workers average their gradients first and share one e: this is the paper's algorithm on the
// mean gradient, and nothing is sent as bits. lr is inside p, as in the paper, so that e is in units
// of the weights and a schedule of lr does not rescale old errors.
#include "rows.hpp"

namespace halfstep {
namespace {

class EfSignSgd final : public Optimizer {
public:
    explicit EfSignSgd(const Configured&) {}

    void declare(OptimizerContext& c) override {
        for (const LogicalTensor& t : c.tensors)
            errors_.push_back(c.state("worker_error" + t.suffix, t.size, Role::worker_error));
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        const Expr lr = b.from_host(c.lr, Role::hyper);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            Expr g = c.gradient(t);
            if (t.weight_decay > 0) g = g + c.constant(t.weight_decay) * t.weight;
            const Expr p = b.let(Role::update, lr * g + Expr(errors_[i]));
            const Expr delta = b.let(Role::update, (sum(abs(p)) / double(t.size)) * sign(p));
            b.store(t.weight, Role::update, t.weight - delta);
            b.store(errors_[i], Role::update, p - delta);
        }
    }

private:
    std::vector<State> errors_;
};

}  // namespace

const OptimizerRow optimizer_ef_signsgd = {
    .schema = {"ef_signsgd",
               "scaled sign steps that carry over what they left out (error feedback)",
               {lr_parameter(1e-2), weight_decay_parameter("added to the gradient (L2)")}},
    .make = make_optimizer<EfSignSgd>,
    .elementwise = false};

}  // namespace halfstep
