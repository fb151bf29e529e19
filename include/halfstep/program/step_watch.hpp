// Cheap checks while an emulated step runs. They see every step and cost a few percent; what they find
// says that it is worth repeating the step with an observer (recorder.hpp), not what happened.
//
// An infinity or NaN stays visible in what a step leaves behind (nonfinite_states), unless an
// operation swallows it: tanh, exp, a division by it, a comparison, a sign, relu and the like. So the
// operands of those are looked at, one integer maximum of magnitudes each, and nothing else is.
// A result that vanished, or an update that changes nothing, shows in every element; one that did
// not refutes it, and is looked at first on the next step.
// What cannot be seen: a partial sum that saturates and comes back below the largest value; an
// infinity in an array that holds NaN already.
#pragma once

#include <cstdint>
#include <vector>

#include "halfstep/program/program.hpp"

namespace halfstep {

struct WatchRequest {
    bool nonfinite = false;   // infinities and NaN that an operation may swallow
    bool saturation = false;  // results at the largest value of a role that saturates
    bool underflow = false;   // results of which every element vanished
    bool divisors = false;    // divisions by zero
    // States (by id) whose elementwise updates are looked at for stagnation.
    std::vector<ValueId> updated = {};
    // Sums of a value and an error buffer (a state in role worker_error or server_error) whose 2-norm is
    // more than this many times the value's; 0: not looked at.
    double error_ratio = 0;
};

// Of the last step. Instructions are indices into Program::instructions, -1: none.
struct StepFindings {
    bool infinity = false, nan = false;
    std::vector<std::int32_t> swallowed_by = {};  // the operations they came to, once a worker
    bool saturated = false;
    std::int32_t vanished = -1;  // the first in the order of the list
    bool changed = false;        // an update changed an element
    bool unchanged = false;      // an update was not zero and changed no element of its array
    std::int32_t divisor = -1;   // the first division by a zero
    // Sums whose error buffer exceeds the ratio, and how many of their elements were compared: without
    // what only fills a vector up. On several workers: more than once.
    struct Error {
        std::int32_t instruction = -1;
        int elements = 0;
    };
    std::vector<Error> errors = {};
};

struct NonFinite {
    bool infinity = false, nan = false;  // an array that holds NaN is not searched for infinities
};

}  // namespace halfstep
