// What every instruction of a program rounds to under a precision, and by which way: knows for every
// value which format it can hold, and so where binary32 is an exact carrier (docs/architecture.md,
// "Carriers").
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "general.hpp"
#include "linked_machine.hpp"

namespace halfstep {

template <>
class Ways<float> {
public:
    // Random bits depend on the seed, and on `step` as it is when an instruction runs.
    Ways(const Program& program, const Precision* precision, std::uint64_t seed, const std::uint64_t* step);

    bool changes_nothing(const Instruction& I) const { return !rounds(I) || contains(target(I), values_[I.in[0]]); }
    void fill(const Instruction& I, Bound<float>& b);
    // What a value holds once it is written; to nearest where its role rounds stochastically.
    void initial(const ValueInfo& info, std::span<const double> x, std::span<float> out) const;
    InstructionRoundings roundings(const Instruction& I) const;

private:
    const Rounding& of_role(Role role) const;
    const Rounding& of_format(std::int32_t format) const;
    const Rounding& rounding_of(const ValueInfo& info) const;
    const Rounding& either(ValueId a, ValueId b) const;
    bool rounds(const Instruction& I) const;
    Rounding target(const Instruction& I) const;
    void fill_sums(const Instruction& I, Bound<float>& b, const Rounding& to) const;
    void fill_general(const Instruction& I, Bound<float>& b);
    bool is_general(const Instruction& I, const Bound<float>& b) const;
    std::string stream(const Instruction& I);

    const Program& program_;
    Precision precision_;
    std::vector<Rounding> values_;  // what each value can hold
    std::uint64_t seed_;
    const std::uint64_t* step_;
    std::deque<General> generals_;
    std::map<std::string, int> streams_;  // how often a name was given
};

template <>
Bound<float>::Kernel choose_kernel<float>(const Instruction& instruction, const Bound<float>& bound);

}  // namespace halfstep
