// Whether every name and function of a formula is there.
#include <set>

#include "functions.hpp"
#include "halfstep/formula/compiler.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

const char* place(Offered offered) {
    return offered == Offered::in_models ? "models" : "optimizers";
}

class NameCheck {
public:
    NameCheck(const Formula& formula, const Environment& environment, Offered offered)
        : formula_(formula), environment_(environment), offered_(offered) {}

    void block(const Block& statements) {
        for (const Statement& s : statements) {
            if (s.kind != Statement::Kind::branch) expression(s.value);
            if (s.kind == Statement::Kind::assignment) target(s);
            for (const Arm& arm : s.arms) {
                expression(arm.condition);
                block(arm.body);
            }
            block(s.otherwise);
        }
    }

private:
    // Its nodes are a stretch of the array, in the order of the text.
    void expression(const Expression& e) {
        for (NodeId id = e.first; id <= e.root; ++id) {
            const Node& node = formula_[id];
            if (node.kind == NodeKind::name) name(node);
            if (node.kind == NodeKind::call) call(node);
        }
    }

    void name(const Node& node) const {
        if (environment_.find(node.name) || assigned_.contains(node.name)) return;
        for (const FunctionRow& row : function_rows())
            if (row.name == node.name)
                formula_.fail(node.at, in_quotes(node.name) + " is a function: " + std::string(row.doc.signature));
        std::vector<std::string> names = environment_.names();
        names.insert(names.end(), assigned_.begin(), assigned_.end());
        formula_.fail(node.at, unknown_name("name", node.name, names));
    }

    void call(const Node& node) const {
        if (environment_.find(node.name) || assigned_.contains(node.name))
            formula_.fail(node.at, in_quotes(node.name) + " is a value, not a function; write * to multiply");
        check_arguments(formula_, node);
        const FunctionRow& row = function_of(formula_, node);
        if (row.doc.offered != Offered::everywhere && row.doc.offered != offered_ && offered_ != Offered::in_programs)
            formula_.fail(node.at, in_quotes(node.name) + " is for " + place(row.doc.offered));
    }

    void target(const Statement& s) {
        const Binding* known = environment_.find(s.target);
        const bool variable = known && std::holds_alternative<Variable>(*known);
        if (known && !variable && environment_.is_fixed(s.target))
            formula_.fail(s.at, in_quotes(s.target) + " is given and cannot be assigned to; choose another name");
        for (const FunctionRow& row : function_rows())
            if (row.name == s.target) formula_.fail(s.at, in_quotes(s.target) + " is a function; choose another name");
        assigned_.insert(std::string(s.target));
    }

    const Formula& formula_;
    const Environment& environment_;
    Offered offered_;
    std::set<std::string, std::less<>> assigned_;
};

}  // namespace

void check_names(const Formula& formula, const Environment& environment, Offered offered) {
    NameCheck(formula, environment, offered).block(formula.statements);
}

}  // namespace halfstep::formula
