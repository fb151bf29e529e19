// What every instruction of a program rounds to under a precision, and by which way: knows for every
// value which format it can hold, and so where binary32 is an exact carrier (docs/architecture.md,
// "Carriers").
#pragma once

#include <vector>

#include "linked_machine.hpp"

namespace halfstep {

// The roundings of one instruction: of its result and, inside sums and matrix products, of each
// product and each partial sum.
struct InstructionRoundings {
    Rounding result, product, accumulator;
};

template <>
class Ways<float> {
public:
    Ways(const Program& program, const Precision* precision);

    bool changes_nothing(const Instruction& I) const { return contains(target(I), values_[I.in[0]]); }
    void fill(const Instruction& I, Bound<float>& b) const;
    float initial(const ValueInfo& info, double x) const;
    InstructionRoundings roundings(const Instruction& I) const;

private:
    const Rounding& of_role(Role role) const;
    const Rounding& of_format(std::int32_t format) const;
    const Rounding& rounding_of(const ValueInfo& info) const;
    const Rounding& either(ValueId a, ValueId b) const;
    Rounding target(const Instruction& I) const;
    void fill_sums(const Instruction& I, Bound<float>& b, const Rounding& to) const;

    const Program& program_;
    Precision precision_;
    std::vector<Rounding> values_;  // what each value can hold
};

template <>
Bound<float>::Kernel choose_kernel<float>(const Instruction& instruction, const Bound<float>& bound);

}  // namespace halfstep
