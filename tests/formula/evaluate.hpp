// Formulas recorded with a few names and run for one step.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/constants.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep::test {

// Elements rounded to binary32 exactly; shapes as a formula has them.
struct Given {
    std::string name;
    int rank;
    Shape shape;
    std::vector<double> values;
};

inline Given a_number(const std::string& name, double x) {
    return {name, 0, {}, {x}};
}
inline Given a_vector(const std::string& name, std::vector<double> x) {
    const int n = int(x.size());
    return {name, 1, {1, n}, std::move(x)};
}
inline Given a_matrix(const std::string& name, int rows, std::vector<double> x) {
    const int cols = int(x.size()) / rows;
    return {name, 2, {rows, cols}, std::move(x)};
}

struct Evaluated {
    int rank = 0;
    Shape shape;
    std::vector<double> values;
    bool operator==(const Evaluated&) const = default;
};

// As an optimizer's text is recorded: role `update`, numbers rounded to `hyper`. A name "s" is a
// state of three, "n" a scalar one; what they hold after the step is appended.
class Evaluation {
public:
    explicit Evaluation(std::vector<Given> given, const std::string& preset = "fp32")
        : given_(std::move(given)), precision_(find_preset(preset)->make()) {}

    Evaluated operator()(const std::string& text) const {
        const formula::Formula parsed = formula::parse_statements("text", text);
        Builder b(1);
        formula::Environment names;
        formula::Recording recording{.b = b,
                                     .role = Role::update,
                                     .numbers = Role::hyper,
                                     .offered = formula::Offered::in_optimizers,
                                     .power_of_step = {},
                                     .draw = {},
                                     .error_feedback = {},
                                     .from_host = {}};
        for (const Given& g : given_)
            names.define(g.name, formula::Array{b.constant(g.shape, g.values, std::nullopt), g.rank}, false);
        const State s = b.state("s", {1, 3}, Role::exp_avg, {1, 2, 3}), n = b.state("n", {}, Role::exp_avg, {0.0});
        names.define("s", formula::Variable{s, 1});
        names.define("n", formula::Variable{n, 0});
        names.define("t", formula::HostScalar(b.apply([](double x) { return x; }, b.host_constant(5.0))));
        names.define("half", formula::HostScalar(0.5));
        formula::check_names(parsed, names, formula::Offered::in_optimizers);
        const auto value = formula::Compiler(recording, parsed, names).run();
        Evaluated result;
        ValueId id = no_value;
        if (value) {
            result.rank = value->rank;
            result.shape = value->value.shape();
            id = b.let(Role::update, value->value).node()->value;
        }
        const auto machine = make_emulated(b.program(), precision_, Layout::keep_everything);
        machine->step();
        if (id != no_value) return {result.rank, result.shape, machine->value(id)};
        for (const State& state : {s, n})
            for (double x : machine->value(state.id())) result.values.push_back(x);
        return result;
    }

    std::vector<double> values(const std::string& text) const { return (*this)(text).values; }
    double number(const std::string& text) const { return values(text).at(0); }

    // The same from an expression written in C++.
    std::vector<double> expression(const std::function<Expr(const std::vector<Expr>&)>& f) const {
        Builder b(1);
        std::vector<Expr> arguments;
        for (const Given& g : given_) arguments.push_back(b.constant(g.shape, g.values, std::nullopt));
        const ValueId id = b.let(Role::update, f(arguments)).node()->value;
        const auto machine = make_emulated(b.program(), precision_, Layout::keep_everything);
        machine->step();
        return machine->value(id);
    }

private:
    std::vector<Given> given_;
    Precision precision_;
};

}  // namespace halfstep::test
