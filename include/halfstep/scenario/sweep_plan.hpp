// The runs of a sweep without a list of them: every run is made from its index, so that memory does not grow with
// their number. Index order: swept runs in file order, then the axes, the first slowest, then the seeds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/spec/experiment.hpp"

namespace halfstep {

// One point of the grid, or of a boundary search.
struct SweepPoint {
    std::size_t run = 0;  // index into Sweep::runs
    std::vector<int> at;  // which value of each axis; -1 where the run does not know the axis, which collapses for it
    std::uint64_t seed = 0;
    bool operator==(const SweepPoint&) const = default;
};

// Member functions are const and may be called from several threads.
class SweepPlan {
public:
    virtual ~SweepPlan() = default;

    virtual const Sweep& sweep() const = 0;
    std::int64_t size() const { return sweep().size; }
    virtual SweepPoint point(std::int64_t index) const = 0;  // 0 <= index < size()
    virtual std::int64_t index(const SweepPoint& point) const = 0;

    // Where boundary search `search` is made: points of the other axes, of the runs that know its key.
    virtual std::int64_t searches(std::size_t search) const = 0;
    virtual SweepPoint search_point(std::size_t search, std::int64_t index) const = 0;  // its own axis at 0
    virtual int axis_of(std::size_t search) const = 0;                                  // -1: not swept

    // The run at a point; with `search`, its key at `value` there. ScenarioError with the place of what cannot be.
    virtual RunSpec spec(const SweepPoint& point) const = 0;
    virtual RunSpec spec(const SweepPoint& point, std::size_t search, const SweepValue& value) const = 0;

    // Steps of all runs of the grid together, run.steps being an axis or not.
    virtual double steps() const = 0;
};

// What a point's keys are at, one text a key of all axes in their order; empty where the axis collapsed.
std::vector<std::string> texts_at(const Sweep& sweep, const SweepPoint& point);
std::vector<std::string> key_names(const Sweep& sweep);  // of all axes in order

}  // namespace halfstep
