// What a step watch looks at in one instruction, before and after its kernel runs.
#pragma once

#include <optional>

#include "emulated_ways.hpp"
#include "halfstep/program/recorder.hpp"
#include "visit_operation.hpp"

namespace halfstep {

struct Watched {
    Bound<float>::Kernel kernel = nullptr;  // its own
    const RoundedInstruction* of = nullptr;
    const InstructionRoundings* roundings = nullptr;
    StepFindings* findings = nullptr;
    ExactOperation exact = nullptr;  // of elementwise operations
    int operand_sizes[3] = {0, 0, 0};

    int swallowed[3] = {};  // operands whose infinities or NaN may not come out
    int swallowed_count = 0;
    std::uint32_t saturates_at = 0;        // magnitude bits; 0: not looked at
    std::optional<RoundMode> unsaturated;  // to the same format, with infinity or NaN beyond its end
    bool divides = false;
    bool vanishes = false;
    bool in_place = false;
    // An update of a watched state: what writes it, which may be a copy of the result.
    const Bound<float>* stored_by = nullptr;
    std::optional<AnyRounder<float>> to_result, to_stored;
    int error_operand = -1;
    int error_elements = 0;
    double error_ratio = 0;

    // Elements that refuted a suspicion last time.
    int nonzero_at = 0, changed_at = 0;
    bool was_nonzero = false;  // before it was overwritten

    void before(const Bound<float>& b, int w);
    void after(const Bound<float>& b, int w);

private:
    double exact_at(const Bound<float>& b, int w, int i) const;
    void look_for_nonfinite(const Bound<float>& b, int w);
    void look_for_change(const Bound<float>& b, int w);
    void look_for_error(const Bound<float>& b, int w);
    bool has_nonzero(const Bound<float>& b, int w);
    bool stops_at_limit(const Bound<float>& b, int w) const;
    void look_for_zeros(const Bound<float>& b, int w);
};

}  // namespace halfstep
