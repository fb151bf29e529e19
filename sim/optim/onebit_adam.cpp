// 1-bit Adam (Tang et al. 2021, algorithm 1) as DeepSpeed has it (reference semantics, sections 1, 3
// and 4). Warm-up: Adam without bias correction on averaged gradients. After freeze_step steps the
// variance v is frozen, each worker adds its local gradient to the momentum, and the momentum goes
// through the compressed all-reduce:
//   m = beta1 m + (1-beta1) g_local;  m = compressed_all_reduce(m);  m = m * exp_avg_mask
//   u = m / (sqrt(v) + eps) + weight_decay w;  w = w - lr u
// DeepSpeed's options bias_correction, eps_inside_sqrt and max_grad_norm do nothing there and do
// not exist here.
#include "halfstep/comm/all_reduce.hpp"
#include "onebit.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class OnebitAdam final : public OnebitOptimizer {
public:
    explicit OnebitAdam(const Configured& c) : OnebitOptimizer(c), freeze_step_(double(c.integer("freeze_step"))) {}

    void declare(OptimizerContext& c) override {
        Builder& b = c.b;
        declare_calls(c, "adam_freeze_key");
        for (const LogicalTensor& t : c.tensors)
            states_.push_back({c.state("exp_avg" + t.suffix, t.size, Role::exp_avg),
                               c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq),
                               ErrorBuffers(b, t.size, t.suffix, compensation_, c.holds_errors_at_start(t))});
    }

    void reload(OptimizerContext& c) override {
        Builder& b = c.b;
        for (const TensorState& s : states_) {
            load_from_first_worker(c, s.exp_avg);
            load_from_first_worker(c, s.exp_avg_sq);
            s.errors.drop(b);
        }
        const Host past = reached(b, freeze_step_);
        b.store(frozen_, past);
        b.store(c.average_gradients, b.apply([](double z) { return 1.0 - z; }, past));
    }

private:
    struct TensorState {
        State exp_avg, exp_avg_sq;
        ErrorBuffers errors;
    };

    void accumulate_moments(OptimizerContext& c, const TensorState& s, const Expr& g) {
        c.b.store(s.exp_avg, Role::update, terms_.exp_avg(c, s.exp_avg, g));
        c.b.store(s.exp_avg_sq, Role::update, terms_.exp_avg_sq(c, s.exp_avg_sq, g));
    }

    // A group that is never compressed averages its own gradients while the engine does not.
    Expr own_average(OptimizerContext& c, const LogicalTensor& t) {
        if (c.b.workers() == 1) return t.gradient;
        c.b.count_sent(Role::comm, double(all_reduced_values(t.size)));
        return c.b.let(Role::update, sum_workers(t.gradient) * c.constant(1.0 / c.b.workers()));
    }

    void mask(OptimizerContext& c, const LogicalTensor& t, const TensorState& s) {
        if (const Expr factors = mask_of(c, t); factors.valid())
            c.b.store(s.exp_avg, Role::update, s.exp_avg * factors);
    }

    void step(OptimizerContext& c) override {
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
            Expr u = states_[i].exp_avg / terms_.denominator(c, states_[i].exp_avg_sq);
            if (t.weight_decay > 0) u = u + c.constant(t.weight_decay) * t.weight;
            b.store(t.weight, Role::update, t.weight + minus_lr * u);
        }
        b.when(warm, [&] { freeze_where_reached(c, freeze_step_); });
    }

    void compress(OptimizerContext& c, const LogicalTensor& t, const TensorState& s) {
        Builder& b = c.b;
        s.errors.create(b);
        if (t.non_freeze) {
            accumulate_moments(c, s, own_average(c, t));
            return;
        }
        const Expr local = terms_.exp_avg(c, s.exp_avg, t.gradient);
        if (b.workers() > 1) {
            // What is compressed is the momentum as it is stored.
            const Expr stored = b.let(Role::exp_avg, cast(b.let(Role::update, local)));
            b.store(s.exp_avg, Role::update, s.errors.all_reduce(b, stored));
        } else {
            b.store(s.exp_avg, Role::update, local);
        }
        mask(c, t, s);
    }

    // Reference semantics 1.1: the batch is lost, the momentum is compressed once (all zeros unless
    // a checkpoint was loaded), and the last tensor of each group loses its buffers again.
    void initialisation_call(OptimizerContext& c) override {
        Builder& b = c.b;
        advance(b);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            const TensorState& s = states_[i];
            s.errors.create(b);
            if (t.non_freeze) {
                accumulate_moments(c, s, own_average(c, t));
            } else {
                if (b.workers() > 1) {
                    const Expr m =
                        c.per_worker_state ? Expr(s.exp_avg) : b.let(Role::exp_avg, per_worker_copy(s.exp_avg));
                    b.store(s.exp_avg, Role::update, s.errors.all_reduce(b, m));
                }
                mask(c, t, s);
            }
            if (t.last_of_group) s.errors.drop(b);
        }
    }

    double freeze_step_;
    std::vector<TensorState> states_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("decoupled: added to the update, times lr"));
    p.push_back(integer("freeze_step", 100000,
                        "steps of uncompressed warm-up; then the variance is frozen and the momentum compressed",
                        Range::between(0, 1e9)));
    p.push_back(error_compensation_parameter());
    return p;
}

}  // namespace

const OptimizerRow optimizer_onebit_adam = {
    .schema = {"onebit_adam",
               "Adam whose momentum is sent as one bit an element after a warm-up, with error compensation",
               parameters()},
    .make = make_optimizer<OnebitAdam>,
    .compresses = true,
    .fused_wrapper = true,
    .elementwise = false};

}  // namespace halfstep
