// [program]: statements that a step runs on states of their own, without model and optimizer. Every
// operation is computed in role `update`, sums in `accumulator`, products of matrices in `product`,
// numbers and constants are rounded to `hyper`, states to their own role (`update` unless `roles`
// says otherwise). Names: the states; t, the step, 1 on the first (0 while the program begins);
// worker, from 0; workers; constants. A state that comes to depend on `worker` or on random numbers
// is each worker's own, all others are shared.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "halfstep/engine/engine.hpp"
#include "halfstep/program/machine.hpp"

namespace halfstep {

struct RecordedProgram {
    RecordedStep step;                              // iteration and applied; nothing of training
    std::map<std::string, int, std::less<>> ranks;  // of the states: 0 a number, 1 a vector, 2 a matrix
};

// `make_machine` runs the statements of `init` once. Throws SpecError("program....").
RecordedProgram record_arithmetic_program(Builder& b, const RunSpec& spec, std::uint64_t seed,
                                          std::vector<std::unique_ptr<Attachment>>& attachments,
                                          const std::function<std::unique_ptr<Machine>(const Program&)>& make_machine);

}  // namespace halfstep
