// The checks of halfstep/program/step_watch.hpp, hung before and after the kernels of the
// instructions they concern; the others run as if there were none.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "watched.hpp"

namespace halfstep {

class StepWatch {
public:
    // Replaces the kernels of `bound`, which has to stay where it is; the three are parallel.
    StepWatch(const Program& program, const WatchRequest& request, std::vector<Bound<float>>& bound,
              std::span<const RoundedInstruction> instructions, std::span<const InstructionRoundings> roundings);
    ~StepWatch();
    StepWatch(const StepWatch&) = delete;

    StepFindings findings;

private:
    void find_regions();
    bool shows_elsewhere(std::size_t at, ValueId value) const;
    void plan(std::size_t at, const WatchRequest& request);
    void hang();
    bool can_vanish(std::size_t at) const;
    void watch_updates(const WatchRequest& request);
    int real_elements(std::size_t at, ValueId value) const;
    Watched& watched(std::size_t at);

    const Program& program_;
    std::vector<Bound<float>>& bound_;
    std::span<const RoundedInstruction> instructions_;
    std::span<const InstructionRoundings> roundings_;
    std::deque<Watched> watched_;
    std::vector<std::vector<std::size_t>> regions_;  // that each instruction is in, by their beginning
};

}  // namespace halfstep
