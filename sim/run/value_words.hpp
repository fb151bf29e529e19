// How a value of a repeated step is named to people: a state's element, an option, a short formula of
// such ("sqrt(exp_avg_sq[0][5]) + eps"), or what kind of value it is.
#pragma once

#include <string>
#include <vector>

#include "repeated_step.hpp"
#include "value_names.hpp"

namespace halfstep {

// "a - b", "sqrt(a)", "max(a, b)": an operation on operands in words or numbers, bracketed where needed.
std::string written(Op op, std::vector<std::string> operands);

class ValueWords {
public:
    ValueWords(RepeatedStep& step, const ValueNames& names) : step_(step), names_(names) {}

    // As it stood before instruction `before`; "constant" for a number without a name. Of a computed
    // value the formula, `depth` operations deep.
    std::string name(const StoredElement& where, std::size_t before, int depth = 2);
    const ValueNames& names() const { return names_; }

private:
    std::string formula(const RepeatedStep::Definition& d, int depth);
    std::string host_name(const RoundedInstruction& of, int worker);
    std::string kind(const RepeatedStep::Definition& d);

    RepeatedStep& step_;
    const ValueNames& names_;
};

}  // namespace halfstep
