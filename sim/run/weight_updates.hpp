// Which updates of the weights were lost: the exact result of what is stored, before any rounding,
// is another number than the weight, and the weight stays what it was (w + u == w, u != 0). Looked at
// where the optimizer's update is stored: in the masters where there are any, otherwise in `weight`.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "halfstep/program/recorder.hpp"

namespace halfstep {

class WeightUpdates {
public:
    explicit WeightUpdates(const Program& program);

    void begin(const Machine& machine);  // before the step
    bool concerns(const RoundedInstruction& instruction) const;
    void take(const RoundingBatch& batch);

    // Of a part of a state, over all copies; 0 for other states.
    std::int64_t lost(ValueId state, std::int64_t offset, std::int64_t size) const;
    // Lost updates over all that were not zero; NaN when none was.
    double lost_fraction() const;

private:
    struct Target {
        std::int64_t size = 0;
        // All copies, one after the other.
        std::vector<double> before, now;
        std::vector<std::uint8_t> updated;  // some exact result differed from the weight it was stored to
    };
    struct Pending {  // the exact results of a value that is stored later
        std::int64_t size = 0;
        std::vector<double> exact;
    };
    const Pending* pending_of(const RoundedInstruction& of) const;
    ValueId root(ValueId v) const { return program_.values[static_cast<std::size_t>(v)].root; }

    const Program& program_;
    std::map<ValueId, Target> targets_;
    std::map<ValueId, Pending> pending_;
    std::vector<double> scratch_;
};

}  // namespace halfstep
