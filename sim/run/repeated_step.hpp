// One step of a run, repeated from its saved state as often as somebody has a question about it: which
// roundings an instruction did, which instruction made a value, where a result goes.
#pragma once

#include <optional>
#include <vector>

#include "built_run.hpp"

namespace halfstep {

// One element of a value: a flat position in a root's storage.
struct StoredElement {
    ValueId root = no_value;
    std::int64_t at = 0;
    int worker = 0;
};

// One rounding of the step, with what went into it.
struct Rounded {
    std::size_t instruction = 0;  // index into RecordingMachine::instructions()
    int worker = 0;
    std::int64_t element = 0, term = 0;
    RoundingPart part = RoundingPart::result;
    std::optional<Role> role;
    Rounding rounding;
    std::vector<double> operands;
    double exact = 0, rounded = 0;
};
Rounded rounded_of(const RoundingBatch& batch, std::size_t i, std::size_t instruction);

class RepeatedStep {
public:
    // `start` has to outlive this; the run is left anywhere between its beginning and its end.
    RepeatedStep(BuiltRun& run, const BuiltRun::Checkpoint& start);

    const Program& program() const { return machine_.program(); }
    std::span<const RoundedInstruction> instructions() const { return machine_.instructions(); }
    const RoundedInstruction& instruction(std::size_t at) const { return instructions()[at]; }
    std::size_t position(std::int32_t program_index) const;  // of a linked instruction
    std::int64_t step() const { return start_.iteration; }
    int workers() const { return program().workers; }
    Rounding rounding_of(Role role) const { return run_.rounding_of(role); }
    bool sums_saturate() const;

    void observe(RoundingObserver& observer);
    // A state as it was before the step; a host value as the step computed it.
    std::vector<double> state_before(ValueId state, int worker);
    double host(ValueId value, int worker);

    // The rounding that gave an element of an instruction's result, or a term of its sum.
    std::optional<Rounded> rounding(std::size_t instruction, int worker, std::int64_t element,
                                    RoundingPart part = RoundingPart::result, std::int64_t term = 0);

    // Where operand k of that rounding stands.
    std::optional<StoredElement> operand(const Rounded& r, int k) const;
    StoredElement result(const Rounded& r) const {
        return location(instruction(r.instruction).out, r.element, r.worker);
    }
    // The last instruction before `before` that wrote the location in this step, and which element of
    // its result it is; nullopt: nobody did.
    struct Definition {
        std::size_t instruction;
        int worker;
        std::int64_t element;
    };
    std::optional<Definition> definition(const StoredElement& location, std::size_t before) const;
    // The state an element ends up in, element by element, and nullopt where it does not.
    std::optional<StoredElement> destination(const Rounded& r) const;

private:
    StoredElement location(ValueId value, std::int64_t element, int worker) const;
    const ValueInfo& info(ValueId v) const { return program().values[v]; }
    std::optional<StoredElement> goes_to(const StoredElement& from, std::size_t after, int depth) const;

    BuiltRun& run_;
    RecordingMachine& machine_;
    const BuiltRun::Checkpoint& start_;
    std::vector<bool> ran_;  // by instruction: not in a region that was skipped
    bool at_end_ = false;
};

}  // namespace halfstep
