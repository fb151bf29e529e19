#include "onebit.hpp"

#include "halfstep/spec/parameters.hpp"

namespace halfstep {

ErrorBuffers::ErrorBuffers(Builder& b, int n, const std::string& suffix, const std::string& compensation, bool exist)
    : feedback_(declare_error_feedback(b, n, suffix)), exist_(b.host_state("has_errors" + suffix, exist ? 1.0 : 0.0)) {
    feedback_.compensate_worker = compensation == "both" || compensation == "worker";
    feedback_.compensate_server = compensation == "both" || compensation == "server";
}

Expr ErrorBuffers::all_reduce_once(Builder& b, const Expr& x) const {
    // Adding zeros changes no sign that is sent: sgn(-0) = sgn(+0) = +1.
    ErrorFeedback without = feedback_;
    without.compensate_worker = without.compensate_server = false;
    return compressed_all_reduce(b, x, without);
}

void ErrorBuffers::clear(Builder& b) const {
    if (b.workers() > 1) b.store(feedback_.worker_error, Role::update, 0.0);
    b.store(feedback_.server_error, Role::update, 0.0);
}

void ErrorBuffers::drop(Builder& b) const {
    clear(b);
    b.store(exist_, b.host_constant(0.0));
}

Parameter error_compensation_parameter() {
    return choice("error_compensation", "both", "which side adds back what its compression lost",
                  {"both", "worker", "server", "off"});
}

Expr mask_of(const OptimizerContext& c, const LogicalTensor& t) {
    return t.exp_avg_mask.empty() ? Expr() : c.b.constant({1, t.size}, t.exp_avg_mask, std::nullopt);
}

void load_from_first_worker(const OptimizerContext& c, const State& state) {
    if (state.per_worker()) c.b.store(state, Role::update, cast(c.b.replica(state)));
}

void OnebitOptimizer::declare_calls(OptimizerContext& c, const std::string& frozen) {
    step_ = c.b.host_state("step", c.initial_step);
    frozen_ = c.b.host_state(frozen, 0.0);
}

void OnebitOptimizer::update(OptimizerContext& c) {
    Builder& b = c.b;
    if (!c.has_initialisation_call) {
        step(c);
        return;
    }
    const Host initialized = b.apply([](double x) { return x; }, c.initialized);
    const Host not_yet = b.apply([](double x) { return x == 0.0 ? 1.0 : 0.0; }, c.initialized);
    b.when(initialized, [&] { step(c); });
    b.when(not_yet, [&] {
        initialisation_call(c);
        b.store(frozen_, b.host_constant(0.0));
        b.store(c.initialized, b.host_constant(1.0));
    });
}

Host OnebitOptimizer::reached(Builder& b, double freeze_step) const {
    return b.apply([](double step, double freeze) { return step >= freeze ? 1.0 : 0.0; }, step_,
                   b.host_constant(freeze_step));
}

void OnebitOptimizer::freeze_where_reached(OptimizerContext& c, double freeze_step) {
    Builder& b = c.b;
    const Host now = reached(b, freeze_step);
    b.store(frozen_, now);
    // Only ever switched off here: a reload may have switched it off before.
    b.store(c.average_gradients,
            b.apply([](double z, double flag) { return z != 0.0 ? 0.0 : flag; }, now, c.average_gradients));
}

}  // namespace halfstep
