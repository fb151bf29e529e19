// An optimizer whose update is written in the scenario file (docs/formulas.md). For every tensor:
//   w       its weights; g its gradient averaged over the workers, g_local that of each worker
//   t       the step, 1 on the first; lr, beta1, beta2, eps, momentum, weight_decay, constants
//   states  read before they are assigned: as the step before left them
// Numbers are rounded once to `hyper`, every operation to `update`, stores to the state's role. On
// steps that read g_local the engine does not average: whether a step does is decided at the end of
// the step before, from the conditions around g_local at t + 1.
#include <map>
#include <optional>

#include "halfstep/comm/all_reduce.hpp"
#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/constants.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/states.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/wording.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

using namespace formula;

const std::vector<std::string> hyper_names = {"beta1", "beta2", "eps", "momentum"};
const std::vector<std::string> given_names = {"w",   "g",        "g_local",      "t",      "lr", "beta1", "beta2",
                                              "eps", "momentum", "weight_decay", "workers"};

std::vector<std::string> with_constants(const Entries& constants) {
    std::vector<std::string> taken = given_names;
    for (const NamedValue& constant : constants.items) taken.push_back(constant.name);
    return taken;
}

class FormulaOptimizer final : public Optimizer {
public:
    explicit FormulaOptimizer(const Configured& c)
        : config_(c),
          update_(parse_statements("optimizer.update", c.text("update"))),
          constants_(c.entries("constants"), "optimizer.constants", given_names),
          declarations_(read_states(c.entries("state"), "optimizer.state", with_constants(c.entries("constants")))),
          differing_(reached_from(update_, {"g_local"}, {"average", "compressed_all_reduce"})) {
        if (!assigns(update_, "w"))
            update_.fail({}, "the update never assigns w, so that no weight would change; expected w = ...");
        refuse_in_conditions(update_, differing_);
        if (calls(update_, "compressed_all_reduce"))
            for (const StateDeclaration& d : declarations_)
                if (d.name == "worker_error" || d.name == "server_error")
                    throw SpecError("optimizer.state." + d.name,
                                    in_quotes(d.name) +
                                        " is what compressed_all_reduce calls a state of its own; "
                                        "choose another name");
    }

    bool needs_local_gradients() const override { return reads(update_, "g_local"); }

    void declare(OptimizerContext& c) override {
        Builder& b = c.b;
        step_ = b.host_state("step", c.initial_step);
        for (const LogicalTensor& t : c.tensors) {
            TensorStates s;
            for (const StateDeclaration& d : declarations_)
                s.own.push_back(b.state(d.name + t.suffix, {1, d.scalar ? 1 : t.size}, d.role, {d.init},
                                        c.per_worker_state || differing_.contains(d.name)));
            if (b.workers() > 1)
                for (const NodeId call : calls_of(update_, "compressed_all_reduce")) {
                    const std::string number = s.errors.empty() ? "" : "." + std::to_string(s.errors.size() + 1);
                    s.errors.emplace(call, declare_error_feedback(b, t.size, number + t.suffix));
                }
            states_.push_back(std::move(s));
        }
        if (needs_local_gradients()) b.begin_with(c.average_gradients, first_step_is_local(c) ? 0.0 : 1.0);
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        b.store(step_, b.apply([](double t) { return t + 1.0; }, step_));
        RunningPowers powers(b, c.initial_step);
        const Power power = [&](std::string_view written, double base) { return powers.now(written, base); };
        Recording recording{.b = b,
                            .role = Role::update,
                            .numbers = Role::hyper,
                            .offered = Offered::in_optimizers,
                            .power_of_step = power,
                            .draw = {},
                            .error_feedback = {},
                            .from_host = {}};
        Scopes scopes(*this, c, step_, c.lr, power);
        const std::optional<Host> averaged =
            needs_local_gradients() ? std::optional(b.apply([](double x) { return x; }, c.average_gradients))
                                    : std::nullopt;
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            Environment names = scopes.of(i);
            define_gradients(c, c.tensors[i], averaged, names);
            check_names(update_, names, Offered::in_optimizers);
            record_condition_powers(recording, update_, names);
            recording.error_feedback = [&, i](NodeId call, Shape) { return states_[i].errors.at(call); };
            recording.sent = c.tensors[i].size;
            if (Compiler(recording, update_, names).run())
                update_.fail(update_.statements.back().at, "the value is not used; expected an assignment");
        }
        if (needs_local_gradients()) decide_next_step(c, powers);
    }

    void reload(OptimizerContext& c) override {
        Builder& b = c.b;
        for (TensorStates& s : states_) {
            for (const State& state : s.own)
                if (state.per_worker()) b.store(state, Role::update, cast(b.replica(state)));
            for (const auto& [call, feedback] : s.errors) {
                b.store(feedback.worker_error, Role::update, 0.0);
                b.store(feedback.server_error, Role::update, 0.0);
            }
        }
    }

private:
    using Power = std::function<HostScalar(std::string_view, double)>;

    struct TensorStates {
        std::vector<State> own;  // as declared
        std::map<NodeId, ErrorFeedback> errors;
    };

    // What the names of the formula mean for each tensor; constants are evaluated once for all
    // tensors with the same weight decay.
    class Scopes {
    public:
        Scopes(const FormulaOptimizer& o, const OptimizerContext& c, HostScalar t, std::optional<HostScalar> lr,
               Power power)
            : o_(o), c_(c), t_(t), lr_(lr), power_(std::move(power)) {}

        Environment of(std::size_t tensor) {
            const LogicalTensor& t = c_.tensors[tensor];
            auto known = by_decay_.find(t.weight_decay);
            if (known == by_decay_.end()) known = by_decay_.emplace(t.weight_decay, constants(t.weight_decay)).first;
            Environment names = known->second;
            names.define("w", Variable{t.weight, 1});
            for (std::size_t i = 0; i < o_.declarations_.size(); ++i) {
                const StateDeclaration& d = o_.declarations_[i];
                names.define(d.name, Variable{o_.states_[tensor].own[i], d.scalar ? 0 : 1});
            }
            return names;
        }

    private:
        Environment constants(double weight_decay) const {
            Environment names;
            names.define("t", t_);
            if (lr_)
                names.define("lr", *lr_);
            else
                names.define("lr", Unavailable{});
            for (const std::string& name : hyper_names) names.define(name, HostScalar(o_.config_.number(name)));
            names.define("weight_decay", HostScalar(weight_decay));
            names.define("workers", HostScalar(double(c_.b.workers())));
            o_.constants_.define(c_.b, names, power_);
            return names;
        }

        const FormulaOptimizer& o_;
        const OptimizerContext& c_;
        HostScalar t_;
        std::optional<HostScalar> lr_;
        Power power_;
        std::map<double, Environment> by_decay_;
    };

    bool conditions_read_states() const {
        NameSet names;
        for (const StateDeclaration& d : declarations_) names.insert(d.name);
        return reading_depends_on(update_, "g_local", names);
    }

    // g is what the engine averaged. On steps on which it did not, and g is read beside g_local, the
    // average is formed here.
    void define_gradients(OptimizerContext& c, const LogicalTensor& t, std::optional<Host> averaged,
                          Environment& names) const {
        Builder& b = c.b;
        Expr g = c.gradient(t);
        if (averaged && b.workers() > 1 &&
            (reads_both(update_, "g", "g_local") || (c.tensors.size() > 1 && conditions_read_states()))) {
            const Role role = b.program().values[t.gradient.node()->value].role.value_or(Role::update);
            g = b.let(role, select(b.from_host(*averaged, Role::hyper), g, average_over_workers(b, t.gradient)));
        }
        names.define("g", Array{g, 1}, false);
        names.define("g_local", Array{t.gradient, 1});
    }

    // Whether some tensor reads g_local, with the names as `scopes` and `state` have them.
    HostScalar reads_local(const OptimizerContext& c, Scopes& scopes, const Power& power,
                           const std::function<HostScalar(std::size_t tensor, std::size_t state)>& state_value) const {
        Builder& b = c.b;
        HostScalar local = 0.0;
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const Environment names = scopes.of(i);
            const auto lookup = [&](const Node& node) -> HostScalar {
                for (std::size_t s = 0; s < declarations_.size(); ++s)
                    if (declarations_[s].name == node.name && declarations_[s].scalar) return state_value(i, s);
                const Binding* binding = names.find(node.name);
                if (const auto* scalar = binding ? std::get_if<HostScalar>(binding) : nullptr) return *scalar;
                update_.fail(node.at, in_quotes(node.name) +
                                          " is not known before the step, and this condition decides whether the "
                                          "engine keeps its gradients local; such a condition knows constants, t and "
                                          "scalar states");
            };
            const HostContext host{b, update_, lookup, power};
            const HostScalar reads =
                reads_now(b, update_, "g_local", [&](NodeId condition) { return compile_on_host(host, condition); });
            local =
                apply(b, [](const double* in, double* out) { *out = in[0] != 0.0 || in[1] != 0.0; }, {local, reads});
            if (!conditions_read_states()) break;  // all tensors alike
        }
        return local;
    }

    bool first_step_is_local(const OptimizerContext& c) const {
        Scopes scopes(*this, c, c.initial_step + 1.0, std::nullopt, {});
        const HostScalar local =
            reads_local(c, scopes, {}, [&](std::size_t, std::size_t s) { return HostScalar(declarations_[s].init); });
        return local.value() != 0.0;
    }

    void decide_next_step(OptimizerContext& c, RunningPowers& powers) const {
        Builder& b = c.b;
        const Power power = [&](std::string_view written, double base) { return powers.next(written, base); };
        Scopes scopes(*this, c, b.apply([](double t) { return t + 1.0; }, step_), std::nullopt, power);
        const HostScalar local = reads_local(c, scopes, power, [&](std::size_t i, std::size_t s) -> HostScalar {
            return b.to_host(b.replica(states_[i].own[s]));
        });
        b.store(c.average_gradients, b.apply([](double x) { return x != 0.0 ? 0.0 : 1.0; }, local.record(b)));
    }

    Configured config_;
    Formula update_;
    Constants constants_;
    std::vector<StateDeclaration> declarations_;
    NameSet differing_;  // whose values are each worker's own
    Host step_;
    std::vector<TensorStates> states_;  // by tensor
};

std::vector<Parameter> parameters() {
    std::vector<Parameter> p = adam_parameters();
    p.push_back(number("momentum", 0.9, "a constant of that name", Range::unit_half_open()));
    p.push_back(weight_decay_parameter("a constant of that name; groups may have their own"));
    p.push_back(entries("constants", "numbers and expressions in binary64, rounded once to hyper"));
    p.push_back(entries("state", "what is kept from step to step, with what it begins with"));
    p.push_back(required("update", {ValueType::text}, "the step of a tensor: w = w - lr*g"));
    return p;
}

}  // namespace

const OptimizerRow optimizer_formula = {
    {"formula", "an update rule written in the file (docs/formulas.md)", parameters()},
    make_optimizer<FormulaOptimizer>};

}  // namespace halfstep
