// 1-bit LAMB (Li et al. 2021, algorithm 1) as DeepSpeed has it (reference semantics, sections 1, 3
// and 6). Warm-up: LAMB without bias correction on averaged gradients,
//   coefficient = |w| / |u| within [min_coeff, max_coeff];  K = coeff_beta K + (1-coeff_beta) coefficient
//   w = w - lr coefficient u,  u = m / (sqrt(v) + eps) + weight_decay w
// After freeze_step steps v and K are frozen, and the momenta of all tensors go through one
// compressed all-reduce, scaled by S so that their magnitudes agree:
//   S = mean of all tensors' |m|/sqrt(n), divided by the tensor's own (once, at the freeze)
//   m = compressed_all_reduce((beta1 m + (1-beta1) g_local) S) / S
//   g' = (m - beta1 m_last) / (1-beta1);  v_fresh = beta2 v_fresh + (1-beta2) g' g'
//   factor = max (sqrt(v) + eps) / (sqrt(v_fresh) + eps), bounded in size and in change
//   w = w - lr (K factor) u
// The joined momentum ends with padding, `exp_avg_flat_tail`, which is compressed as well and keeps
// what the last server sends for it. A tensor whose momentum is zero at the freeze is a division by
// zero there: the run ends. DeepSpeed's options bias_correction, eps_inside_sqrt and max_grad_norm
// do nothing there and do not exist here.
#include <cmath>
#include <optional>

#include "onebit.hpp"
#include "rows.hpp"
#include "trust_ratio.hpp"

namespace halfstep {
namespace {

Expr norm(const Expr& x) {
    return sqrt(wide_sum(x * x));
}

class OnebitLamb final : public OnebitOptimizer {
public:
    explicit OnebitLamb(const Configured& c) : OnebitOptimizer(c), options_(c) {}

    void declare(OptimizerContext& c) override {
        Builder& b = c.b;
        declare_calls(c, "lamb_freeze_key");
        has_scaling_ = b.host_state("has_scaling_coeff", 0.0);
        has_coefficients_ = b.host_state("has_lamb_coeffs", 0.0);
        c.failed = b.host_state("failed", 0.0);
        c.failure = "division by zero: a tensor's momentum is zero when 1-bit LAMB forms its scaling coefficients";
        int total = 0;
        for (const LogicalTensor& t : c.tensors) {
            const auto host = [&](const char* name, double initial, bool per_worker) {
                return b.host_state(name + t.suffix, initial, per_worker);
            };
            states_.push_back({.exp_avg = c.state("exp_avg" + t.suffix, t.size, Role::exp_avg),
                               .exp_avg_sq = c.state("exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq),
                               .exp_avg_sq_fresh = c.state("exp_avg_sq_fresh" + t.suffix, t.size, Role::exp_avg_sq),
                               .coeff_freeze = host("lamb_coeff_freeze", 0.0, c.per_worker_state),
                               .last_factor = host("last_factor", 1.0, c.per_worker_state),
                               .coefficient = host("lamb_coeffs", 0.0, c.per_worker_state),
                               .scaling = host("scaling_coeff", 0.0, false)});
            total += t.size;
        }
        const int padded = compressed_size(total, b.workers());
        if (padded > total) tail_ = b.state("exp_avg_flat_tail", {1, padded - total}, Role::exp_avg, {0.0});
        errors_.emplace(b, padded, "", compensation_, false);
    }

    void reload(OptimizerContext& c) override {
        Builder& b = c.b;
        for (const TensorState& s : states_) {
            for (const State& state : {s.exp_avg, s.exp_avg_sq, s.exp_avg_sq_fresh}) load_from_first_worker(c, state);
            for (const Host& state : {s.coeff_freeze, s.last_factor}) b.store(state, b.replica(state));
        }
        if (has_tail()) b.store(tail_, Role::update, 0.0);
        errors_->drop(b);
        const Host zero = b.host_constant(0.0), one = b.host_constant(1.0);
        const Host past = reached(b, options_.freeze_step);
        const Host before = b.apply([](double x) { return 1.0 - x; }, past);
        b.store(frozen_, past);
        b.store(c.average_gradients, before);
        b.store(has_coefficients_, zero);
        b.when(before, [&] {
            for (const TensorState& s : states_) {
                b.store(s.coeff_freeze, zero);
                b.store(s.last_factor, one);
            }
            b.store(has_scaling_, zero);
        });
    }

private:
    struct Options {
        explicit Options(const Configured& c)
            : freeze_step(double(c.integer("freeze_step"))),
              max_coeff(c.number("max_coeff")),
              min_coeff(c.number("min_coeff")),
              coeff_beta(c.number("coeff_beta")),
              factor_max(c.number("factor_max")),
              factor_min(c.number("factor_min")),
              factor_threshold(c.number("factor_threshold")) {}
        double freeze_step, max_coeff, min_coeff, coeff_beta, factor_max, factor_min, factor_threshold;
    };
    struct TensorState {
        State exp_avg, exp_avg_sq, exp_avg_sq_fresh;
        Host coeff_freeze, last_factor, coefficient, scaling;  // K, the factor before, |w|/|u| or K factor, S
    };

    bool has_tail() const { return tail_.id() != no_value; }

    void step(OptimizerContext& c) override {
        Builder& b = c.b;
        with_scaling(c, [&] {
            advance(b);
            errors_->create(b);
            const Host warm = b.apply([](double z) { return 1.0 - z; }, frozen_);
            const Host frozen = b.apply([](double z) { return z; }, frozen_);
            b.when(warm, [&] {
                for (std::size_t i = 0; i < states_.size(); ++i) warm_up(c, c.tensors[i], states_[i]);
                freeze_where_reached(c, options_.freeze_step);
            });
            b.when(frozen, [&] { compress(c); });
            b.store(has_coefficients_, b.host_constant(1.0));
        });
    }

    // Records `rest`, and the scaling coefficients before it where they are due. They may be a
    // division by zero, which happens before anything changes.
    void with_scaling(OptimizerContext& c, const std::function<void()>& rest) {
        Builder& b = c.b;
        b.store(c.failed, b.host_constant(0.0));
        b.when(b.apply([](double z, double has) { return z != 0.0 && has == 0.0 ? 1.0 : 0.0; }, frozen_, has_scaling_),
               [&] { form_scaling_coefficients(c); });
        b.when(b.apply([](double failed) { return 1.0 - failed; }, c.failed), rest);
    }

    void form_scaling_coefficients(OptimizerContext& c) {
        Builder& b = c.b;
        const Host zero = b.host_constant(0.0);
        Host group = zero, all = zero, failed = zero;
        std::vector<Host> scales;
        const auto add = [&](Host x, Host y) { return b.apply([](double a, double d) { return a + d; }, x, y); };
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const Expr m = b.replica(states_[i].exp_avg);
            scales.push_back(b.to_host(b.let(Role::update, norm2(m) / std::sqrt(double(c.tensors[i].size)))));
            failed = b.apply([](double so_far, double s) { return s == 0.0 ? 1.0 : so_far; }, failed, scales.back());
            group = add(group, scales.back());
            if (!c.tensors[i].last_of_group) continue;
            all = add(all, group);
            group = zero;
        }
        const Host united =
            b.apply([](double sum, double n) { return sum / n; }, all, b.host_constant(double(states_.size())));
        for (std::size_t i = 0; i < states_.size(); ++i)
            b.store(states_[i].scaling, b.apply([](double u, double s) { return u / s; }, united, scales[i]));
        b.store(c.failed, failed);
        b.store(has_scaling_, b.apply([](double f) { return 1.0 - f; }, failed));
    }

    void warm_up(OptimizerContext& c, const LogicalTensor& t, const TensorState& s) {
        Builder& b = c.b;
        const Expr g = c.gradient(t);
        b.store(s.exp_avg, Role::update, terms_.exp_avg(c, s.exp_avg, g));
        b.store(s.exp_avg_sq, Role::update, terms_.exp_avg_sq(c, s.exp_avg_sq, g));
        const Host freezes = b.apply([](double step, double freeze) { return step == freeze ? 1.0 : 0.0; }, step_,
                                     b.host_constant(options_.freeze_step));
        b.when(freezes, [&] { b.store(s.exp_avg_sq_fresh, Role::update, cast(s.exp_avg_sq)); });

        Expr u = s.exp_avg / terms_.denominator(c, s.exp_avg_sq);
        if (t.weight_decay > 0) u = u + c.constant(t.weight_decay) * t.weight;
        u = b.let(Role::update, u);
        const Expr weight_norm = b.let(Role::update, norm(t.weight)), update_norm = b.let(Role::update, norm(u));
        const Host coefficient = b.apply(bounded_trust_ratio, b.to_host(weight_norm), b.to_host(update_norm),
                                         b.to_host(b.let(Role::update, trust_ratio(weight_norm, update_norm))),
                                         b.host_constant(options_.max_coeff), b.host_constant(options_.min_coeff));
        b.store(s.coeff_freeze,
                b.apply([](double k, double x, double beta) { return x != 1.0 ? beta * k + (1.0 - beta) * x : k; },
                        s.coeff_freeze, coefficient, b.host_constant(options_.coeff_beta)));
        move(c, t, s, coefficient, u);
    }

    void move(OptimizerContext& c, const LogicalTensor& t, const TensorState& s, Host coefficient, const Expr& u) {
        Builder& b = c.b;
        b.store(s.coefficient, coefficient);
        const Host rate = b.apply([](double lr, double x) { return -lr * x; }, c.lr, coefficient);
        b.store(t.weight, Role::update, t.weight + b.from_host(rate, Role::hyper) * u);
    }

    void compress(OptimizerContext& c) {
        Builder& b = c.b;
        std::vector<Expr> last, sent;
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const TensorState& s = states_[i];
            last.push_back(b.let(Role::exp_avg, cast(s.exp_avg)));
            const Expr local = as_stored(b, terms_.exp_avg(c, s.exp_avg, c.tensors[i].gradient));
            sent.push_back(as_stored(b, local * b.from_host(s.scaling, Role::hyper)));
        }
        if (b.workers() > 1) {
            receive(b, errors_->all_reduce(b, joined(b, sent)));
        } else {
            for (std::size_t i = 0; i < states_.size(); ++i) b.store(states_[i].exp_avg, Role::update, cast(sent[i]));
        }
        for (std::size_t i = 0; i < states_.size(); ++i) update_compressed(c, c.tensors[i], states_[i], last[i]);
    }

    static Expr as_stored(Builder& b, const Expr& e) { return b.let(Role::exp_avg, cast(b.let(Role::update, e))); }

    // All momenta and the tail, one after another.
    Expr joined(Builder& b, std::vector<Expr> momenta) const {
        if (has_tail()) momenta.push_back(tail_);
        return b.concat(Role::update, momenta);
    }
    void receive(Builder& b, const Expr& joined) const {
        int at = 0;
        for (const TensorState& s : states_) {
            const Shape shape = s.exp_avg.shape();
            b.store(s.exp_avg, Role::update, cast(b.view(joined, at, shape)));
            at += shape.size();
        }
        if (has_tail()) b.store(tail_, Role::update, cast(b.view(joined, at, tail_.shape())));
    }

    void update_compressed(OptimizerContext& c, const LogicalTensor& t, const TensorState& s, const Expr& last) {
        Builder& b = c.b;
        const State &m = s.exp_avg, &fresh = s.exp_avg_sq_fresh;
        b.store(m, Role::update, m / b.from_host(s.scaling, Role::hyper));
        if (const Expr mask = mask_of(c, t); mask.valid()) b.store(m, Role::update, m * mask);
        const Expr g = b.let(Role::update, (m - last * c.constant(terms_.beta1)) / c.constant(1.0 - terms_.beta1));
        b.store(fresh, Role::update, terms_.exp_avg_sq(c, fresh, g));

        const Expr denominator = b.let(Role::update, terms_.denominator(c, s.exp_avg_sq));
        const Expr u0 = b.let(Role::update, m / denominator);
        Expr u = u0;
        Host share = b.host_constant(1.0);  // of the update that is no weight decay
        if (t.weight_decay > 0) {
            u = b.let(Role::update, u0 + c.constant(t.weight_decay) * t.weight);
            share =
                b.apply([](double x) { return x < 1.0 ? x : 1.0; }, b.to_host(b.let(Role::update, norm(u0) / norm(u))));
        }
        const Expr largest = max_cols(denominator / terms_.denominator(c, fresh));
        const Host factor = b.apply(
            [](double x, double share, double last, double most, double least, double threshold) {
                x = x * share + (1.0 - share);
                if (x > most) x = most;
                if (x < least) x = least;
                if (x > last * (1.0 + threshold)) x = last * (1.0 + threshold);
                if (x < last * (1.0 - threshold)) x = last * (1.0 - threshold);
                return x;
            },
            b.to_host(b.let(Role::update, largest)), share, s.last_factor, b.host_constant(options_.factor_max),
            b.host_constant(options_.factor_min), b.host_constant(options_.factor_threshold));
        b.store(s.last_factor, factor);
        move(c, t, s, b.apply([](double k, double x) { return k * x; }, s.coeff_freeze, factor), u);
    }

    // Reference semantics 1.1: the batch is lost; the joined momentum (zeros unless a checkpoint was
    // loaded) is compressed once, as it is.
    void initialisation_call(OptimizerContext& c) override {
        Builder& b = c.b;
        with_scaling(c, [&] {
            advance(b);
            if (b.workers() > 1) {
                std::vector<Expr> momenta(states_.size());
                for (std::size_t i = 0; i < states_.size(); ++i) momenta[i] = states_[i].exp_avg;
                const Expr all = joined(b, momenta);
                receive(
                    b, errors_->all_reduce_once(b, all.per_worker() ? all : b.let(Role::update, per_worker_copy(all))));
            }
            b.store(has_coefficients_, b.host_constant(0.0));
        });
    }

    Options options_;
    Host has_scaling_, has_coefficients_;
    State tail_;
    std::optional<ErrorBuffers> errors_;
    std::vector<TensorState> states_;
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(weight_decay_parameter("added to the update, inside the trust ratio"));
    p.push_back(
        integer("freeze_step", 100000,
                "steps of uncompressed warm-up; then variance and trust ratios are frozen and momenta compressed",
                Range::between(0, 1e9)));
    for (const Parameter& bound : trust_ratio_parameters()) p.push_back(bound);
    p.push_back(number("coeff_beta", 0.9, "decay of the average of trust ratios that is frozen", Range::between(0, 1)));
    p.push_back(number("factor_max", 4.0, "largest factor on the frozen trust ratio", Range::at_least(0)));
    p.push_back(number("factor_min", 0.5, "smallest factor on the frozen trust ratio", Range::at_least(0)));
    p.push_back(number("factor_threshold", 0.1, "the factor changes by at most this share a step", Range::at_least(0)));
    p.push_back(error_compensation_parameter());
    return p;
}

}  // namespace

const OptimizerRow optimizer_onebit_lamb = {
    .schema = {"onebit_lamb",
               "LAMB whose momenta are sent as one bit an element after a warm-up, with trust ratios frozen and scaled",
               parameters()},
    .make = make_optimizer<OnebitLamb>,
    .compresses = true,
    .elementwise = false};

}  // namespace halfstep
