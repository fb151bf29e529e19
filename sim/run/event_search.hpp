// Who did it: the rounding of a repeated step that something went wrong in first. First means first in
// the order of the recorded list; workers run side by side, so the lowest of them comes next.
#pragma once

#include "repeated_step.hpp"

namespace halfstep {

// A finite exact result that became infinite, NaN where the format has no infinity, or the largest
// value where the role saturates; or an infinity that finite operands gave (the logarithm of zero, a
// planted value), divisions by zero apart.
bool overflows(const Rounded& r);
// NaN from operands that are none.
bool makes_nan(const Rounded& r);

struct NonFiniteRoundings {
    std::optional<Rounded> overflow, nan;
};
NonFiniteRoundings find_nonfinite(RepeatedStep& step);

// Of a sum's result, the product or partial sum with the largest term.
std::optional<Rounded> find_largest_term(RepeatedStep& step, const Rounded& result);

// The first division by zero of an instruction.
std::optional<Rounded> find_zero_divisor(RepeatedStep& step, std::size_t instruction);

// An array of which every element vanished: the rounding that lost the largest value.
struct Vanished {
    Rounded largest;
    std::int64_t lost = 0, elements = 0;  // exact results that were not zero, of how many
};
std::optional<Vanished> find_vanished(RepeatedStep& step, std::size_t instruction);

// Updates that change nothing: the weight that came closest to changing.
struct Stagnation {
    StoredElement weight;
    Rounded update;            // that computed it
    Rounding format;           // that it is stored in
    double before = 0;         // the weight
    double change = 0;         // what should have been added, in binary64
    double half_spacing = 0;   // to the weight's neighbour in that direction
    std::int64_t updates = 0;  // that were not zero
};
std::optional<Stagnation> find_stagnation(RepeatedStep& step, const std::vector<ValueId>& weights);

// The sum of a value and its error buffer: 2-norms of both over the first `elements`, of the worker on
// which their ratio is largest.
struct Swamped {
    Rounded sum;  // its first element
    StoredElement error;
    int error_operand = 0;
    double error_norm = 0, signal_norm = 0;
};
std::optional<Swamped> find_swamped(RepeatedStep& step, std::size_t instruction, int elements);

}  // namespace halfstep
