// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2), with
// the direction u of adam_moments.hpp:
//   adam: g += weight_decay w first;  adamw: u += weight_decay w;  w = w - lr u
#include "adam_moments.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class Adam final : public Optimizer {
public:
    explicit Adam(const Configured& c) : decoupled_(c.kind == "adamw"), moments_(c) {}

    void declare(OptimizerContext& c) override { moments_.declare(c); }

    void update(OptimizerContext& c) override {
        const Expr lr = moments_.begin(c);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            moments_.accumulate(c, i, !decoupled_);
            Expr u = moments_.direction(i, moments_.exp_avg_sq(i));
            if (decoupled_ && t.weight_decay > 0) u = u + c.constant(t.weight_decay) * t.weight;
            c.b.store(t.weight, Role::update, t.weight - lr * u);
        }
    }

private:
    bool decoupled_;
    AdamMoments moments_;
};

}  // namespace

const OptimizerRow optimizer_adam = {.schema = {"adam", "Adam with weight decay in the gradient (L2)",
                                                adam_moments_parameters(0.0, "added to the gradient (L2)")},
                                     .make = make_optimizer<Adam>,
                                     .fused_wrapper = true};

const OptimizerRow optimizer_adamw = {
    .schema = {"adamw", "Adam with decoupled weight decay",
               adam_moments_parameters(0.01, "decoupled: added to the update, times lr")},
    .make = make_optimizer<Adam>,
    .fused_wrapper = true};

}  // namespace halfstep
