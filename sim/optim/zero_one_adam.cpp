// 0/1 Adam (Lu et al. 2022, algorithm 1) as DeepSpeed has it (reference semantics, sections 1, 3
// and 5). Until the freeze, every I-th step is a variance step on averaged gradients; on the steps
// between, each worker's gradient goes through the compressed all-reduce:
//   variance step:  v = beta2 v + (1-beta2) g g;  m = beta1 m + (1-beta1) g
//   other steps:    m = beta1 m + (1-beta1) compressed_all_reduce(g_local);  nothing with one worker
// After it each worker goes its own way and they meet at every L-th step:
//   m = beta1 m + (1-beta1) g_local;  lrs = lrs + lr
//   d = -lr (m / (sqrt(v) + eps) + weight_decay w);  w = w + d;  q = q + d
//   synchronisation: w = w - q;  q = compressed_all_reduce(q (sqrt(v) + eps))
//                    m = -q / lrs;  w = w + q / (sqrt(v) + eps);  q = 0;  lrs = 0
// I doubles after var_update_scaler variance steps, L after local_step_scaler steps, up to
// local_step_clipper. Weights, m and q differ between workers; lr = 0 over a whole stretch makes m
// infinite or NaN. DeepSpeed's options bias_correction, eps_inside_sqrt and max_grad_norm do nothing there and
// do not exist here.
#include <cmath>

#include "onebit.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class ZeroOneAdam final : public OnebitOptimizer {
public:
    explicit ZeroOneAdam(const Configured& c)
        : OnebitOptimizer(c),
          var_freeze_step_(double(c.integer("var_freeze_step"))),
          var_update_scaler_(double(c.integer("var_update_scaler"))),
          local_step_scaler_(double(c.integer("local_step_scaler"))),
          local_step_clipper_(double(c.integer("local_step_clipper"))) {}

    void declare(OptimizerContext& c) override {
        Builder& b = c.b;
        declare_calls(c, "freeze_key");
        errors_cleared_ = b.host_state("errors_cleared", 0.0);
        // 0 between a checkpoint load and the next call, which begins the schedules anew.
        has_accumulator_ = b.host_state("has_momentum_accumulator", c.initial_step);
        var_interval_ = b.host_state("var_interval", 1.0);
        var_counter_ = b.host_state("var_counter", 0.0);
        local_step_interval_ = b.host_state("local_step_interval", 1.0);
        local_step_counter_ = b.host_state("local_step_counter", 0.0);
        lrs_ = b.host_state("lrs", 0.0);
        for (const LogicalTensor& t : c.tensors)
            states_.push_back({c.state("exp_avg" + t.suffix, t.size, Role::exp_avg),
                               b.state("exp_avg_sq" + t.suffix, {1, t.size}, Role::exp_avg_sq, {0.0}, c.reloads),
                               c.state("momentum_accumulator" + t.suffix, t.size, Role::exp_avg),
                               ErrorBuffers(b, t.size, t.suffix, compensation_, c.holds_errors_at_start(t))});
    }

    void reload(OptimizerContext& c) override {
        Builder& b = c.b;
        for (const TensorState& s : states_) {
            load_from_first_worker(c, s.exp_avg);
            load_from_first_worker(c, s.exp_avg_sq);
            b.store(s.accumulator, Role::update, 0.0);
            s.errors.drop(b);
        }
        const Host zero = b.host_constant(0.0);
        b.store(has_accumulator_, zero);
        // DeepSpeed's loader sets another attribute than the one that is read: the run unfreezes.
        b.store(frozen_, zero);
        b.store(errors_cleared_, zero);
        b.store(c.average_gradients, b.apply(
                                         [](double step, double freeze, double interval) {
                                             return step < freeze && std::fmod(step + 1.0, interval) == 0.0 ? 1.0 : 0.0;
                                         },
                                         step_, b.host_constant(var_freeze_step_), var_interval_));
    }

private:
    struct TensorState {
        State exp_avg, exp_avg_sq, accumulator;
        ErrorBuffers errors;
    };

    // What a checkpoint does not bring back.
    void create_what_is_missing(Builder& b) {
        b.when(b.apply([](double has) { return has == 0.0 ? 1.0 : 0.0; }, has_accumulator_), [&] {
            const Host zero = b.host_constant(0.0), one = b.host_constant(1.0);
            b.store(var_interval_, one);
            b.store(var_counter_, zero);
            b.store(local_step_interval_, one);
            b.store(local_step_counter_, zero);
            b.store(lrs_, zero);
            b.store(has_accumulator_, one);
        });
        for (const TensorState& s : states_) s.errors.create(b);
    }

    void initialisation_call(OptimizerContext& c) override {
        create_what_is_missing(c.b);
        advance(c.b);
        for (std::size_t i = 0; i < states_.size(); ++i)
            if (c.tensors[i].last_of_group) states_[i].errors.drop(c.b);
    }

    void step(OptimizerContext& c) override {
        Builder& b = c.b;
        create_what_is_missing(b);
        advance(b);
        const Host frozen = b.apply([](double z) { return z; }, frozen_);
        const std::vector<Host> due = b.host(
            [](const double* in, double* out) {
                const double z = in[0], step = in[1];
                const bool variance = std::fmod(step, in[2]) == 0.0;
                out[0] = z == 0.0 && variance ? 1.0 : 0.0;
                out[1] = z == 0.0 && !variance ? 1.0 : 0.0;
                out[2] = z != 0.0 && std::fmod(step, in[3]) == 0.0 ? 1.0 : 0.0;
            },
            {frozen, step_, var_interval_, local_step_interval_}, 3);
        const Host variance_step = due[0], compressed_step = due[1], synchronisation = due[2];

        b.when(variance_step, [&] { variance_step_moments(c); });
        if (b.workers() > 1) b.when(compressed_step, [&] { compressed_gradient_moment(c); });
        b.when(frozen, [&] {
            for (std::size_t i = 0; i < states_.size(); ++i)
                b.store(states_[i].exp_avg, Role::update, terms_.exp_avg(c, states_[i].exp_avg, c.tensors[i].gradient));
            b.store(lrs_, b.apply([](double sum, double lr) { return sum + lr; }, lrs_, c.lr));
        });
        move_weights(c, frozen);
        b.when(synchronisation, [&] {
            for (std::size_t i = 0; i < states_.size(); ++i) synchronise(c, c.tensors[i], states_[i]);
            b.store(lrs_, b.host_constant(0.0));
        });
        advance_schedules(c, frozen);
        freeze(c);
    }

    void variance_step_moments(OptimizerContext& c) {
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const TensorState& s = states_[i];
            const Expr& g = c.tensors[i].gradient;
            c.b.store(s.exp_avg_sq, Role::update,
                      terms_.exp_avg_sq(c, s.exp_avg_sq, s.exp_avg_sq.per_worker() ? g : c.b.replica(g)));
            c.b.store(s.exp_avg, Role::update, terms_.exp_avg(c, s.exp_avg, g));
        }
    }

    void compressed_gradient_moment(OptimizerContext& c) {
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const TensorState& s = states_[i];
            Expr g = s.errors.all_reduce(c.b, c.tensors[i].gradient);
            if (const Expr mask = mask_of(c, c.tensors[i]); mask.valid()) g = g * mask;
            c.b.store(s.exp_avg, Role::update, terms_.exp_avg(c, s.exp_avg, g));
        }
    }

    void move_weights(OptimizerContext& c, Host frozen) {
        Builder& b = c.b;
        const Expr minus_lr = b.from_host(b.apply([](double lr) { return -lr; }, c.lr), Role::hyper);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            const TensorState& s = states_[i];
            Expr u = s.exp_avg / terms_.denominator(c, s.exp_avg_sq);
            if (t.weight_decay > 0) u = u + c.constant(t.weight_decay) * t.weight;
            const Expr d = b.let(Role::update, minus_lr * u);
            b.store(t.weight, Role::update, t.weight + d);
            b.when(frozen, [&] { b.store(s.accumulator, Role::update, s.accumulator + d); });
        }
    }

    void synchronise(OptimizerContext& c, const LogicalTensor& t, const TensorState& s) {
        Builder& b = c.b;
        b.store(t.weight, Role::update, t.weight - s.accumulator);  // the rounding of the moves stays
        const Expr denominator = b.let(Role::update, terms_.denominator(c, s.exp_avg_sq));
        Expr q = b.let(Role::exp_avg, cast(b.let(Role::update, s.accumulator * denominator)));
        if (b.workers() > 1) {
            q = b.let(Role::exp_avg, cast(s.errors.all_reduce(b, q)));
            if (const Expr mask = mask_of(c, t); mask.valid())
                q = b.let(Role::exp_avg, cast(b.let(Role::update, q * mask)));
        }
        // 0 - x and not -x: a zero comes out positive.
        b.store(s.exp_avg, Role::update, 0.0 - q / b.from_host(lrs_, Role::hyper));
        b.store(t.weight, Role::update, t.weight + q / denominator);
        b.store(s.accumulator, Role::update, 0.0);
    }

    void advance_schedules(OptimizerContext& c, Host frozen) {
        Builder& b = c.b;
        const std::vector<Host> variance = b.host(
            [](const double* in, double* out) {
                const double step = in[1], scaler = in[4];
                double interval = in[2], counter = in[3], average = in[5];
                if (in[0] == 0.0) {
                    if (std::fmod(step, interval) == 0.0 && ++counter == scaler) {
                        counter = 0.0;
                        interval *= 2.0;
                    }
                    average = std::fmod(step + 1.0, interval) == 0.0 ? 1.0 : 0.0;
                }
                out[0] = interval;
                out[1] = counter;
                out[2] = average;
            },
            {frozen, step_, var_interval_, var_counter_, b.host_constant(var_update_scaler_), c.average_gradients}, 3);
        b.store(var_interval_, variance[0]);
        b.store(var_counter_, variance[1]);
        b.store(c.average_gradients, variance[2]);
        const std::vector<Host> local = b.host(
            [](const double* in, double* out) {
                const double scaler = in[3], clipper = in[4];
                double interval = in[1], counter = in[2];
                if (in[0] != 0.0 && ++counter == scaler) {
                    counter = 0.0;
                    interval = std::fmin(clipper, 2.0 * interval);
                }
                out[0] = interval;
                out[1] = counter;
            },
            {frozen, local_step_interval_, local_step_counter_, b.host_constant(local_step_scaler_),
             b.host_constant(local_step_clipper_)},
            2);
        b.store(local_step_interval_, local[0]);
        b.store(local_step_counter_, local[1]);
    }

    // What is compressed from now on is another quantity, so its errors begin at zero.
    void freeze(OptimizerContext& c) {
        Builder& b = c.b;
        const Host past = b.apply([](double step, double freeze) { return step > freeze ? 1.0 : 0.0; }, step_,
                                  b.host_constant(var_freeze_step_));
        b.when(past, [&] {
            b.store(frozen_, b.host_constant(1.0));
            b.store(c.average_gradients, b.host_constant(0.0));
        });
        b.when(b.apply([](double z, double cleared) { return z != 0.0 && cleared == 0.0 ? 1.0 : 0.0; }, past,
                       errors_cleared_),
               [&] {
                   for (const TensorState& s : states_) s.errors.clear(b);
                   b.store(errors_cleared_, b.host_constant(1.0));
               });
    }

    double var_freeze_step_, var_update_scaler_, local_step_scaler_, local_step_clipper_;
    Host errors_cleared_, has_accumulator_;
    Host var_interval_, var_counter_, local_step_interval_, local_step_counter_, lrs_;
    std::vector<TensorState> states_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("decoupled: added to the update, times lr"));
    p.push_back(integer("var_freeze_step", 100000, "the variance is frozen after the step that follows this one",
                        Range::between(0, 1e9)));
    p.push_back(integer("var_update_scaler", 16, "variance steps at each interval before it doubles; 0: it never does",
                        Range::between(0, 1e9)));
    p.push_back(integer("local_step_scaler", 32678,
                        "steps at each synchronisation interval before it doubles (DeepSpeed's default, sic); "
                        "0: it never does",
                        Range::between(0, 1e9)));
    p.push_back(integer("local_step_clipper", 16, "largest synchronisation interval", Range::between(1, 1e9)));
    p.push_back(error_compensation_parameter());
    return p;
}

}  // namespace

const OptimizerRow optimizer_zero_one_adam = {
    .schema = {"zero_one_adam",
               "Adam that updates its variance ever more rarely, then freezes it and lets workers go their own way "
               "between synchronisations; what is sent is one bit an element",
               parameters()},
    .make = make_optimizer<ZeroOneAdam>,
    .compresses = true,
    .local_weights = true,
    .fused_wrapper = true,
    .elementwise = false};

}  // namespace halfstep
