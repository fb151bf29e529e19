// Where every value lives: link-time decisions that do not depend on the number type.
#pragma once

#include <cstdint>
#include <vector>

#include "halfstep/program/machine.hpp"
#include "halfstep/program/program.hpp"

namespace halfstep {

// An instruction to run, after copies that change nothing were removed.
struct LinkedInstruction {
    std::int32_t source = 0;  // index into Program::instructions
    ValueId out = no_value;   // may differ from the recorded one
    std::array<ValueId, 3> in = {no_value, no_value, no_value};
    bool per_worker = false;    // run once a worker
    bool starts_run = true;     // false: the run of the instruction before it goes on
    std::int32_t skip_to = -1;  // index into the linked list
};

// A temporary that lives in a state's memory from instruction `first` on, which computes it, to `last`,
// which overwrites it: between them the state's id stands for it.
struct Settled {
    std::size_t first = 0, last = 0;  // in the linked list
    ValueId temporary = no_value, state = no_value;
};

inline constexpr std::int64_t nowhere = -1;  // of what nobody reads, or a copy that was removed

struct ArenaSlot {
    std::int64_t offset = 0;         // in elements of the array arena, or of the host arena
    std::int64_t worker_stride = 0;  // 0: one copy for all workers
};

struct LinkedProgram {
    std::vector<LinkedInstruction> instructions;
    std::vector<ArenaSlot> places;  // by ValueId
    std::vector<Settled> settled;
    std::int64_t array_size = 0;
    std::int64_t host_size = 0;
};

// `changes_nothing(cast)`: rounding to the cast's role leaves every possible operand as it is.
// `layout`: compact lets temporaries share memory once they are dead. Consecutive per-worker
// instructions form a run, which is executed worker by worker; a temporary that lives inside one
// run needs one copy only, and one that outlives it keeps its memory for the whole run.
LinkedProgram link(const Program& program, const std::vector<bool>& changes_nothing, Layout layout);

}  // namespace halfstep
