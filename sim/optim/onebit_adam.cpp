// 1-bit Adam (Tang et al. 2021, algorithm 1) as DeepSpeed has it (reference semantics, sections 1, 3
// and 4). Warm-up: Adam without bias correction on averaged gradients. After freeze_step steps the
// variance v is frozen, each worker adds its local gradient to the momentum, and the momentum goes
// through the compressed all-reduce:
//   m = beta1 m + (1-beta1) g_local;  m = compressed_all_reduce(m);  m = m * exp_avg_mask
//   u = m / (sqrt(v) + eps) + weight_decay w;  w = w - lr u
// DeepSpeed's options bias_correction, eps_inside_sqrt and max_grad_norm do nothing there and do
// not exist here.
#include "halfstep/comm/all_reduce.hpp"
#include "halfstep/comm/compressed_all_reduce.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class OnebitAdam final : public Optimizer {
public:
    explicit OnebitAdam(const Configured& c)
        : beta1_(c.number("beta1")),
          beta2_(c.number("beta2")),
          eps_(c.number("eps")),
          freeze_step_(double(c.integer("freeze_step"))),
          error_compensation_(c.text("error_compensation")) {}

    void declare(OptimizerContext& c) override {
        Builder& b = c.b;
        step_ = b.host_state("step", c.initial_step);
        frozen_ = b.host_state("adam_freeze_key", 0.0);
        for (const LogicalTensor& t : c.tensors) {
            TensorState s;
            s.exp_avg = c.state("exp_avg" + t.suffix, t.size, Role::exp_avg);
            s.exp_avg_sq = c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq);
            s.errors = declare_error_feedback(b, t.size, t.suffix);
            s.errors.compensate_worker = error_compensation_ == "both" || error_compensation_ == "worker";
            s.errors.compensate_server = error_compensation_ == "both" || error_compensation_ == "server";
            s.has_errors = b.host_state("has_errors" + t.suffix, 0.0);
            states_.push_back(s);
        }
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        if (!c.has_initialisation_call) {
            step(c);
            return;
        }
        const Host initialized = b.apply([](double x) { return x; }, c.initialized);
        const Host not_yet = b.apply([](double x) { return x == 0.0 ? 1.0 : 0.0; }, c.initialized);
        b.when(initialized, [&] { step(c); });
        b.when(not_yet, [&] { initialisation_call(c); });
    }

    void reload(OptimizerContext& c) override {
        Builder& b = c.b;
        for (TensorState& s : states_) {
            if (c.per_worker_state) {
                b.store(s.exp_avg, Role::update, cast(b.replica(s.exp_avg)));
                b.store(s.exp_avg_sq, Role::update, cast(b.replica(s.exp_avg_sq)));
            }
            drop_errors(b, s);
        }
        const Host past = b.apply([](double step, double freeze) { return step >= freeze ? 1.0 : 0.0; }, step_,
                                  b.host_constant(freeze_step_));
        b.store(frozen_, past);
        b.store(c.average_gradients, b.apply([](double z) { return 1.0 - z; }, past));
    }

private:
    struct TensorState {
        State exp_avg, exp_avg_sq;
        ErrorFeedback errors;
        Host has_errors;  // 1 while DeepSpeed's state dict holds the two buffers
    };

    void advance(Builder& b) {
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
    }

    static void drop_errors(Builder& b, const TensorState& s) {
        if (b.workers() > 1) b.store(s.errors.worker_error, Role::update, 0.0);
        b.store(s.errors.server_error, Role::update, 0.0);
        b.store(s.has_errors, b.host_constant(0.0));
    }

    void accumulate_moments(OptimizerContext& c, TensorState& s, const Expr& g) {
        Builder& b = c.b;
        b.store(s.exp_avg, Role::update, c.constant(beta1_) * s.exp_avg + c.constant(1.0 - beta1_) * g);
        b.store(s.exp_avg_sq, Role::update, c.constant(beta2_) * s.exp_avg_sq + (c.constant(1.0 - beta2_) * g) * g);
    }

    // A group that is never compressed averages its own gradients while the engine does not.
    Expr own_average(OptimizerContext& c, const LogicalTensor& t) {
        if (c.b.workers() == 1) return t.gradient;
        c.b.count_sent(Role::comm, double(all_reduced_values(t.size)));
        return c.b.let(Role::update, sum_workers(t.gradient) * c.constant(1.0 / c.b.workers()));
    }

    void mask(OptimizerContext& c, const LogicalTensor& t, TensorState& s) {
        if (t.exp_avg_mask.empty()) return;
        const Expr factors = c.b.constant({1, t.size}, t.exp_avg_mask, std::nullopt);
        c.b.store(s.exp_avg, Role::update, s.exp_avg * factors);
    }

    void step(OptimizerContext& c) {
        Builder& b = c.b;
        advance(b);
        const Host warm = b.apply([](double z) { return 1.0 - z; }, frozen_);
        const Host frozen = b.apply([](double z) { return z; }, frozen_);
        b.when(warm, [&] {
            for (std::size_t i = 0; i < states_.size(); ++i)
                accumulate_moments(c, states_[i], c.gradient(c.tensors[i]));
        });
        b.when(frozen, [&] {
            for (std::size_t i = 0; i < states_.size(); ++i) compress(c, c.tensors[i], states_[i]);
        });
        const Expr minus_lr = b.from_host(b.apply([](double lr) { return -lr; }, c.lr), Role::hyper);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            Expr u = states_[i].exp_avg / (sqrt(states_[i].exp_avg_sq) + c.constant(eps_));
            if (t.weight_decay > 0) u = u + c.constant(t.weight_decay) * t.weight;
            b.store(t.weight, Role::update, t.weight + minus_lr * u);
        }
        b.when(warm, [&] {
            const Host now = b.apply([](double step, double freeze) { return step >= freeze ? 1.0 : 0.0; }, step_,
                                     b.host_constant(freeze_step_));
            b.store(frozen_, now);
            // Only ever switched off here: a reload may have switched it off before.
            b.store(c.average_gradients,
                    b.apply([](double z, double flag) { return z != 0.0 ? 0.0 : flag; }, now, c.average_gradients));
        });
    }

    void compress(OptimizerContext& c, const LogicalTensor& t, TensorState& s) {
        Builder& b = c.b;
        b.store(s.has_errors, b.host_constant(1.0));
        if (t.non_freeze) {
            accumulate_moments(c, s, own_average(c, t));
            return;
        }
        const Expr local = c.constant(beta1_) * s.exp_avg + c.constant(1.0 - beta1_) * t.gradient;
        if (b.workers() > 1) {
            // What is compressed is the momentum as it is stored.
            const Expr stored = b.let(Role::exp_avg, cast(b.let(Role::update, local)));
            b.store(s.exp_avg, Role::update, compressed_all_reduce(b, stored, s.errors));
        } else {
            b.store(s.exp_avg, Role::update, local);
        }
        mask(c, t, s);
    }

    // Reference semantics 1.1: the batch is lost, the momentum is compressed once (all zeros unless
    // a checkpoint was loaded), and the last tensor of each group loses its buffers again.
    void initialisation_call(OptimizerContext& c) {
        Builder& b = c.b;
        advance(b);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            TensorState& s = states_[i];
            b.store(s.has_errors, b.host_constant(1.0));
            if (t.non_freeze) {
                accumulate_moments(c, s, own_average(c, t));
            } else {
                if (b.workers() > 1) {
                    const Expr m =
                        c.per_worker_state ? Expr(s.exp_avg) : b.let(Role::exp_avg, per_worker_copy(s.exp_avg));
                    b.store(s.exp_avg, Role::update, compressed_all_reduce(b, m, s.errors));
                }
                mask(c, t, s);
            }
            if (t.last_of_group) drop_errors(b, s);
        }
        b.store(frozen_, b.host_constant(0.0));
        b.store(c.initialized, b.host_constant(1.0));
    }

    double beta1_, beta2_, eps_, freeze_step_;
    std::string error_compensation_;
    Host step_, frozen_;
    std::vector<TensorState> states_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("decoupled: added to the update, times lr"));
    p.push_back(integer("freeze_step", 100000,
                        "steps of uncompressed warm-up; then the variance is frozen and the momentum compressed",
                        Range::between(0, 1e9)));
    p.push_back(choice("error_compensation", "both", "which side adds back what its compression lost",
                       {"both", "worker", "server", "off"}));
    return p;
}

}  // namespace

const OptimizerRow optimizer_onebit_adam = {
    {"onebit_adam", "Adam whose momentum is sent as one bit an element after a warm-up, with error compensation",
     parameters()},
    make_optimizer<OnebitAdam>,
    true};

}  // namespace halfstep
