#include "halfstep/formula/usage.hpp"

#include <algorithm>
#include <map>

#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

bool mentions(const Formula& formula, const Expression& e, std::string_view name) {
    for (NodeId id = e.first; id <= e.root; ++id)
        if (formula[id].kind == NodeKind::name && formula[id].name == name) return true;
    return false;
}

bool block_mentions(const Formula& formula, const Block& block, std::string_view name) {
    bool found = false;
    for_each_expression(block, [&](const Expression& e) { found = found || mentions(formula, e, name); });
    return found;
}

bool statement_mentions(const Formula& formula, const Statement& s, std::string_view name) {
    if (s.kind != Statement::Kind::branch) return mentions(formula, s.value, name);
    for (const Arm& arm : s.arms)
        if (mentions(formula, arm.condition, name) || block_mentions(formula, arm.body, name)) return true;
    return block_mentions(formula, s.otherwise, name);
}

bool any_condition_mentions(const Formula& formula, const Statement& s, std::string_view name) {
    return std::any_of(s.arms.begin(), s.arms.end(),
                       [&](const Arm& arm) { return mentions(formula, arm.condition, name); });
}

void for_each_assignment(const Block& statements, const std::function<void(const Statement&)>& visit) {
    for (const Statement& s : statements) {
        if (s.kind == Statement::Kind::assignment) visit(s);
        for (const Arm& arm : s.arms) for_each_assignment(arm.body, visit);
        for_each_assignment(s.otherwise, visit);
    }
}

}  // namespace

void for_each_expression(const Block& statements, const std::function<void(const Expression&)>& visit) {
    for (const Statement& s : statements) {
        if (s.kind != Statement::Kind::branch) visit(s.value);
        for (const Arm& arm : s.arms) {
            visit(arm.condition);
            for_each_expression(arm.body, visit);
        }
        for_each_expression(s.otherwise, visit);
    }
}

void for_each_condition(const Block& statements, const std::function<void(const Expression&)>& visit) {
    for (const Statement& s : statements) {
        for (const Arm& arm : s.arms) {
            visit(arm.condition);
            for_each_condition(arm.body, visit);
        }
        for_each_condition(s.otherwise, visit);
    }
}

bool reads(const Formula& formula, std::string_view name) {
    return block_mentions(formula, formula.statements, name);
}

bool assigns(const Formula& formula, std::string_view name) {
    bool found = false;
    for_each_assignment(formula.statements, [&](const Statement& s) { found = found || s.target == name; });
    return found;
}

std::vector<NodeId> calls_of(const Formula& formula, std::string_view function) {
    std::vector<NodeId> found;
    for (std::size_t id = 0; id < formula.nodes.size(); ++id)
        if (formula.nodes[id].kind == NodeKind::call && formula.nodes[id].name == function)
            found.push_back(static_cast<NodeId>(id));
    return found;
}

bool calls(const Formula& formula, std::string_view function) {
    return !calls_of(formula, function).empty();
}

NameSet reached_from(const Formula& formula, NameSet sources, const NameSet& barriers) {
    // Where each name goes to, by one assignment.
    std::map<std::string_view, std::vector<std::string_view>> flows;
    for_each_assignment(formula.statements, [&](const Statement& s) {
        // Backwards, so that a barrier comes before the nodes below it, which begin inside it.
        for (NodeId id = s.value.root; id >= s.value.first; --id) {
            const Node& node = formula[id];
            if (node.kind == NodeKind::name || node.kind == NodeKind::call) flows[node.name].push_back(s.target);
            if (node.kind == NodeKind::call && barriers.contains(node.name))
                while (id > s.value.first && formula[id - 1].span.begin >= node.span.begin) --id;
        }
    });
    std::vector<std::string> pending(sources.begin(), sources.end());
    while (!pending.empty()) {
        const std::string name = std::move(pending.back());
        pending.pop_back();
        const auto to = flows.find(name);
        if (to == flows.end()) continue;
        for (const std::string_view target : to->second)
            if (sources.emplace(target).second) pending.emplace_back(target);
    }
    return sources;
}

void refuse_in_conditions(const Formula& formula, const NameSet& differing) {
    for_each_condition(formula.statements, [&](const Expression& e) {
        for (NodeId id = e.first; id <= e.root; ++id)
            if (formula[id].kind == NodeKind::name && differing.contains(formula[id].name))
                formula.fail(formula[id].at, in_quotes(formula[id].name) +
                                                 " differs between the workers; a condition has to be the same for all "
                                                 "of them");
    });
}

namespace {

struct Uses {
    bool a = false, b = false, both = false;
};

Uses uses_of(const Formula& formula, const Block& block, std::string_view a, std::string_view b) {
    Uses all;
    for (const Statement& s : block) {
        Uses here;
        if (s.kind != Statement::Kind::branch) {
            here = {mentions(formula, s.value, a), mentions(formula, s.value, b), false};
            here.both = here.a && here.b;
        } else {
            // One arm at most is executed; conditions are, on the way to it.
            const auto arm = [&](const Uses& u) { here = {here.a || u.a, here.b || u.b, here.both || u.both}; };
            for (const Arm& each : s.arms) arm(uses_of(formula, each.body, a, b));
            arm(uses_of(formula, s.otherwise, a, b));
            const bool asks_a = any_condition_mentions(formula, s, a), asks_b = any_condition_mentions(formula, s, b);
            here = {here.a || asks_a, here.b || asks_b,
                    here.both || (asks_a && (here.b || asks_b)) || (asks_b && here.a)};
        }
        all = {all.a || here.a, all.b || here.b, all.both || here.both || (all.a && here.b) || (all.b && here.a)};
    }
    return all;
}

class ReadsNow {
public:
    ReadsNow(Builder& b, const Formula& formula, std::string_view name,
             const std::function<HostScalar(NodeId)>& condition)
        : b_(b), formula_(formula), name_(name), condition_(condition) {}

    HostScalar block(const Block& statements) {
        HostScalar found = 0.0;
        for (const Statement& s : statements) {
            if (!statement_mentions(formula_, s, name_)) continue;
            if (s.kind != Statement::Kind::branch || any_condition_mentions(formula_, s, name_)) return 1.0;
            HostScalar pending = 1.0;
            for (const Arm& arm : s.arms) {
                const HostScalar condition = condition_(arm.condition.root);
                found = either(found, both(both(pending, condition), block(arm.body)));
                pending = both(pending, opposite(condition));
            }
            found = either(found, both(pending, block(s.otherwise)));
        }
        return found;
    }

private:
    HostScalar both(const HostScalar& x, const HostScalar& y) {
        return apply(b_, [](const double* in, double* out) { *out = in[0] != 0.0 && in[1] != 0.0; }, {x, y});
    }
    HostScalar either(const HostScalar& x, const HostScalar& y) {
        return apply(b_, [](const double* in, double* out) { *out = in[0] != 0.0 || in[1] != 0.0; }, {x, y});
    }
    HostScalar opposite(const HostScalar& x) {
        return apply(b_, [](const double* in, double* out) { *out = in[0] == 0.0; }, {x});
    }

    Builder& b_;
    const Formula& formula_;
    std::string_view name_;
    const std::function<HostScalar(NodeId)>& condition_;
};

}  // namespace

bool reads_both(const Formula& formula, std::string_view a, std::string_view b) {
    return uses_of(formula, formula.statements, a, b).both;
}

HostScalar reads_now(Builder& b, const Formula& formula, std::string_view name,
                     const std::function<HostScalar(NodeId)>& condition) {
    return ReadsNow(b, formula, name, condition).block(formula.statements);
}

bool reading_depends_on(const Formula& formula, std::string_view name, const NameSet& names) {
    bool depends = false;
    const std::function<void(const Block&)> search = [&](const Block& block) {
        for (const Statement& s : block) {
            if (s.kind != Statement::Kind::branch || !statement_mentions(formula, s, name)) continue;
            for (const Arm& arm : s.arms) {
                for (const std::string& n : names) depends = depends || mentions(formula, arm.condition, n);
                search(arm.body);
            }
            search(s.otherwise);
        }
    };
    search(formula.statements);
    return depends;
}

}  // namespace halfstep::formula
