// What DeepSpeed's three 1-bit optimizers share (reference semantics, section 1): moments whose
// constants are formed in binary64, error buffers that exist only at times, and an initialisation
// call that takes the place of the first step.
#pragma once

#include <string>
#include <vector>

#include "halfstep/comm/compressed_all_reduce.hpp"
#include "halfstep/optim/optimizer.hpp"

namespace halfstep {

// m = beta1 m + (1-beta1) g;  v = beta2 v + ((1-beta2) g) g;  denominator sqrt(v) + eps.
struct AdamTerms {
    explicit AdamTerms(const Configured& c)
        : beta1(c.number("beta1")), beta2(c.number("beta2")), eps(c.number("eps")) {}
    Expr exp_avg(const OptimizerContext& c, const Expr& m, const Expr& g) const {
        return c.constant(beta1) * m + c.constant(1.0 - beta1) * g;
    }
    Expr exp_avg_sq(const OptimizerContext& c, const Expr& v, const Expr& g) const {
        return c.constant(beta2) * v + (c.constant(1.0 - beta2) * g) * g;
    }
    Expr denominator(const OptimizerContext& c, const Expr& v) const { return sqrt(v) + c.constant(eps); }

    double beta1, beta2, eps;
};

// The error feedback of one compressed vector and whether DeepSpeed's state dict holds its buffers
// at the moment. They are zeros whenever they come into being.
class ErrorBuffers {
public:
    // `compensation`: which side adds back what its compression lost, as error_compensation() lists.
    ErrorBuffers(Builder& b, int n, const std::string& suffix, const std::string& compensation, bool exist);
    Expr all_reduce(Builder& b, const Expr& x) const { return compressed_all_reduce(b, x, feedback_); }
    // With buffers of zeros that are thrown away afterwards.
    Expr all_reduce_once(Builder& b, const Expr& x) const;
    void create(Builder& b) const { b.store(exist_, b.host_constant(1.0)); }
    void drop(Builder& b) const;
    void clear(Builder& b) const;

private:
    ErrorFeedback feedback_;
    Host exist_;
};

Parameter error_compensation_parameter();

// t.exp_avg_mask as factors; not valid where the group has none.
Expr mask_of(const OptimizerContext& c, const LogicalTensor& t);

// Everything that a checkpoint holds comes from worker 0, where workers may differ.
void load_from_first_worker(const OptimizerContext& c, const State& state);

// Calls, counter and freeze of a 1-bit optimizer.
class OnebitOptimizer : public Optimizer {
public:
    // A step; where DeepSpeed makes an initialisation call, that call instead the first time.
    void update(OptimizerContext& c) final;

protected:
    explicit OnebitOptimizer(const Configured& c) : terms_(c), compensation_(c.text("error_compensation")) {}
    // `frozen`: what DeepSpeed calls the flag.
    void declare_calls(OptimizerContext& c, const std::string& frozen);
    virtual void step(OptimizerContext& c) = 0;
    virtual void initialisation_call(OptimizerContext& c) = 0;
    void advance(Builder& b) {
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
    }
    // 1 where `step` is at least `freeze_step`.
    Host reached(Builder& b, double freeze_step) const;
    // At the end of a step of the warm-up: local gradients from the next batch on.
    void freeze_where_reached(OptimizerContext& c, double freeze_step);

    AdamTerms terms_;
    std::string compensation_;
    Host step_, frozen_;
};

}  // namespace halfstep
