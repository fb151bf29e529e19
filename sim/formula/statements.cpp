// Statements: assignments, and branches chosen when the program is built or on every step.
#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

void record_condition_powers(Recording& recording, const Formula& formula, Environment& environment) {
    for_each_condition(formula.statements, [&](const Expression& e) {
        for (NodeId id = e.first; id <= e.root; ++id) {
            const Node& node = formula[id];
            if (node.kind != NodeKind::binary || node.op != Operator::power) continue;
            const Node& exponent = formula[node.children[1]];
            if (exponent.kind == NodeKind::name && exponent.name == "t")
                compile_on_host(Compiler(recording, formula, environment).host_context(), id);
        }
    });
}

std::optional<Array> Compiler::run() {
    std::optional<Array> last;
    block(formula_.statements, &last);
    return last;
}

void Compiler::block(const Block& statements, std::optional<Array>* last) {
    for (const Statement& s : statements) {
        const bool is_last = &s == &statements.back();
        if (s.kind == Statement::Kind::assignment) {
            assign(s);
        } else if (s.kind == Statement::Kind::branch) {
            branch(s, is_last ? last : nullptr);
        } else {
            if (!is_last || !last)
                formula_.fail(s.at, "the value is not used; assign it, as in name = " +
                                        std::string(formula_.source(s.at).substr(0, 40)));
            *last = expression(s.value.root);
        }
    }
}

void Compiler::define(std::string_view name, Binding binding) {
    if (open_branches_ > 0) {
        const Binding* before = environment_.find(name);
        replaced_.push_back({std::string(name), before ? std::optional(*before) : std::nullopt});
    }
    environment_.define(name, std::move(binding), false);
}

void Compiler::assign(const Statement& s) {
    const Array value = expression(s.value.root);
    const Binding* target = environment_.find(s.target);
    if (target && std::holds_alternative<Variable>(*target))
        store(s, std::get<Variable>(*target), value);
    else
        define(s.target, snapshot(value));
}

// The value as it is now: what is stored to a state later does not change it.
Array Compiler::snapshot(const Array& value) {
    if (value.value.node()->is_literal) return value;
    const Expr recorded = let(value.value);
    const ValueInfo& info = recording_.b.program().values[recorded.node()->value];
    if (info.lifetime != Lifetime::state) return {recorded, value.rank};
    return {let(info.role.value_or(recording_.role), cast(recorded)), value.rank};
}

void Compiler::store(const Statement& s, const Variable& target, const Array& value) {
    const TextSpan at = formula_[s.value.root].span;
    const Shape wanted = target.state.shape(), found = value.value.shape();
    if (value.rank != 0 && (value.rank != target.rank || found != wanted))
        formula_.fail(at, in_quotes(s.target) + " is " + describe(target.rank, wanted) + ", found " +
                              describe(value.rank, found));
    if (value.value.per_worker() && !target.state.per_worker())
        formula_.fail(at, "the value differs between the workers, " + in_quotes(s.target) +
                              " does not; average(...) and compressed_all_reduce(...) make it the same for all");
    recording_.b.store(target.state, recording_.role, value.value);
    made(target.state, target.rank, at);
}

namespace {

HostScalar both(Builder& b, const HostScalar& x, const HostScalar& y) {
    return apply(b, [](const double* in, double* out) { *out = in[0] != 0.0 && in[1] != 0.0; }, {x, y});
}
HostScalar negation(Builder& b, const HostScalar& x) {
    return apply(b, [](const double* in, double* out) { *out = in[0] == 0.0; }, {x});
}

}  // namespace

void Compiler::branch(const Statement& s, std::optional<Array>* last) {
    Builder& b = recording_.b;
    HostScalar pending = 1.0;  // whether no arm so far was taken
    std::vector<std::string> assigned;
    // True: the arm is always taken, what follows never.
    const auto take = [&](const HostScalar& flag, const Block& body) {
        if (!flag.is_known()) {
            if (recording_.offered == Offered::in_models)
                formula_.fail(s.at,
                              "the condition changes from step to step, and a branch that is not taken has no "
                              "gradient; write where(condition, a, b)");
            const std::vector<std::string> names = guarded(flag.record(b), body);
            assigned.insert(assigned.end(), names.begin(), names.end());
        } else if (flag.value() != 0.0) {
            block(body, last);
        }
        return flag.is_known() && flag.value() != 0.0;
    };
    bool done = false;
    for (std::size_t i = 0; i < s.arms.size() && !done; ++i) {
        const HostScalar condition = compile_on_host(host_context(), s.arms[i].condition.root);
        const HostScalar flag = both(b, pending, condition);
        pending = both(b, pending, negation(b, condition));
        done = take(flag, s.arms[i].body);
    }
    if (!done) take(pending, s.otherwise);
    for (const std::string& name : assigned) define(name, Unavailable{});
}

// Records a region; the names it assigns, as they were before, are returned.
std::vector<std::string> Compiler::guarded(Host flag, const Block& body) {
    const std::size_t mark = replaced_.size();
    ++open_branches_;
    recording_.b.when(flag, [&] { block(body, nullptr); });
    --open_branches_;
    std::vector<std::string> names;
    for (; replaced_.size() > mark; replaced_.pop_back()) {
        Replaced& r = replaced_.back();
        if (r.before)
            environment_.define(r.name, std::move(*r.before), false);
        else
            environment_.erase(r.name);
        names.push_back(std::move(r.name));
    }
    return names;
}

}  // namespace halfstep::formula
