// The `constants` table of a formula: numbers and expressions, evaluated in binary64 on the host, in
// the order of their dependence, whatever the order they are written in.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "halfstep/formula/ast.hpp"
#include "halfstep/formula/environment.hpp"
#include "halfstep/formula/host_compiler.hpp"
#include "halfstep/spec/value.hpp"

namespace halfstep::formula {

// base^t for the step t, as a product that goes on from step to step: the same bits on every machine,
// which pow is not, and those of the built-in Adam's bias correction.
class RunningPowers {
public:
    // `steps_before`: steps that count as done before the first one.
    RunningPowers(Builder& b, double steps_before) : b_(b), steps_before_(steps_before) {}

    // `written` ("beta1^t") names the state that holds the product. The first use records its
    // advance, so it has to stand where every step passes.
    HostScalar now(std::string_view written, double base);
    // base^(t+1), after now().
    HostScalar next(std::string_view written, double base);

private:
    Builder& b_;
    double steps_before_;
    std::map<std::pair<std::string, double>, Host> products_;
};

class Constants {
public:
    // Reads a table whose entries are numbers or texts. Throws SpecError(key.NAME) at what is neither,
    // does not parse, is named as something in `taken`, or depends on itself.
    Constants(const Entries& table, const std::string& key, const std::vector<std::string>& taken);

    bool read(std::string_view name) const;  // some of them

    // Defines every constant in `environment`, which has what they may depend on. What depends on
    // something Unavailable is Unavailable too.
    void define(Builder& b, Environment& environment,
                const std::function<HostScalar(std::string_view, double)>& power_of_step) const;

private:
    struct Constant {
        std::string name;
        double number = 0;
        Formula formula;  // no nodes: the number
    };
    std::vector<Constant> in_order_;
};

}  // namespace halfstep::formula
