// What went wrong in a run, and where it came from: the first of each kind, told as a sentence.
// Found cheaply while the run goes; the step is then repeated from its saved state by the recording
// interpreter, which names the operation.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace halfstep {

// An operand of the operation at fault: what it is to a reader ("w2[3]", "exp_avg_sq[5]",
// "gradient") and its value in the format it was held in.
struct EventOperand {
    std::string name;
    double value = 0;
    bool operator==(const EventOperand&) const = default;
};

// Kinds: "overflow" (a finite exact result became infinite, or the largest finite value where the
// role saturates), "nan" (the first NaN), "underflow" (a whole tensor became zero although its exact
// values are not), "stagnation" (updates that are not zero change no weight), "scale_floor" (the loss
// scale reached its floor), "error_exceeds_signal" (an error buffer's norm is larger than that of what
// it corrects), "vanished_denominator" (a division by a zero whose exact value is not zero),
// "failure" (the original raises an error in this step, and the run ends).
// What a kind does not have stays empty, -1 or NaN.
struct Event {
    std::string kind;
    std::int64_t step = 0;    // counts from 0
    int worker = -1;          // -1: the same on every worker
    std::string piece;        // "forward", "backward", "average", "update", ...
    std::string role;         // whose format was left
    std::string tensor;       // "w2", "exp_avg_sq[0]"; "" where none is known
    std::int64_t index = -1;  // flat, within the tensor
    std::string operation;    // "mul", "sum", "cast", ... of the operation that made the value
    std::vector<EventOperand> operands;
    double exact = std::numeric_limits<double>::quiet_NaN();    // before rounding, to binary64
    double rounded = std::numeric_limits<double>::quiet_NaN();  // after it
    std::string format;                                         // of the role
    // What was passed: the format's largest finite or smallest subnormal value, the floor, the signal's norm.
    double limit = std::numeric_limits<double>::quiet_NaN();
    std::string sentence;
    // Which of the step's operations it was, in their order; -1 before all. Orders events, and is not kept.
    std::int32_t instruction = -1;
};

}  // namespace halfstep
