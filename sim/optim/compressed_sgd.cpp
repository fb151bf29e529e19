// SGD whose workers compress what they send and keep what that leaves out (Karimireddy et al. 2019, "Error feedback
// fixes SignSGD", algorithm 2, EF-SGD; Stich et al. 2018, "Sparsified SGD with memory"; with one bit an element,
// Seide et al. 2014). Each worker r with its own gradient:
//   error_units "step":      p_r = lr g_r + e_r;  w = w - mean_r C(p_r);       e_r = p_r - C(p_r)
//   error_units "gradient":  p_r = g_r + e_r;     w = w - lr mean_r C(p_r);    e_r = p_r - C(p_r)
// "step" is the papers': what was left out under one lr is delivered as it was, whatever lr is by then.
// Without error feedback e_r is zero, and there is no buffer. C is any registered compressor. The products with lr,
// their sums with e, and w - ... are in `update`; comm/compressed_average.hpp has the rest. One worker: w - C(p).
// A checkpoint does not hold e, as DeepSpeed's does not: it is zero after a reload.
// With `sign`, one worker and no zero in p this is ef_signsgd, whose signs of zeros are zeros.
#include <memory>
#include <optional>

#include "halfstep/comm/compressed_average.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class CompressedSgd final : public Optimizer {
public:
    explicit CompressedSgd(const Configured& c)
        : compressor_(make_compressor(c.configured("compressor"))),
          feedback_(c.boolean("error_feedback")),
          in_steps_(c.text("error_units") == "step") {}

    bool needs_local_gradients() const override { return true; }

    void declare(OptimizerContext& c) override {
        c.b.begin_with(c.average_gradients, 0.0);
        if (!feedback_) return;
        for (const LogicalTensor& t : c.tensors) errors_.push_back(declare_worker_error(c.b, t.size, t.suffix));
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        const Expr lr = b.from_host(c.lr, Role::hyper);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            Expr g = t.gradient;
            if (t.weight_decay > 0) g = g + c.constant(t.weight_decay) * t.weight;
            const Expr x = b.let(Role::update, in_steps_ ? lr * g : cast(g));
            const State* error = feedback_ ? &errors_[i] : nullptr;
            const Expr mean = compressed_average(b, x, *compressor_, error, c.random, t.suffix);
            b.store(t.weight, Role::update, in_steps_ ? t.weight - mean : t.weight - lr * mean);
        }
    }

    void reload(OptimizerContext& c) override {
        for (const State& error : errors_) c.b.store(error, Role::update, 0.0);
    }

private:
    std::unique_ptr<Compressor> compressor_;
    bool feedback_, in_steps_;
    std::vector<State> errors_;  // by tensor
};

Parameter compressor_parameter() {
    const Configured sign = configure(find_compressor("sign").schema);
    return {"compressor", {ValueType::configured}, Value{sign}, "what a worker sends of its vector", {}, {},
            "compressor"};
}

}  // namespace

const OptimizerRow optimizer_compressed_sgd = {
    .schema = {"compressed_sgd",
               "SGD whose workers send compressed steps and carry over what they left out (EF-SGD)",
               {lr_parameter(1e-2), weight_decay_parameter("added to the gradient (L2)"), compressor_parameter(),
                boolean("error_feedback", true, "what compression left out is added to what is compressed next"),
                choice("error_units", "step",
                       "what is compressed and carried over; step: lr*g, as in the papers; gradient: g",
                       {"step", "gradient"})}},
    .make = make_optimizer<CompressedSgd>,
    .elementwise = false};

}  // namespace halfstep
