// Cuts the traced steps of a run into columns: one a step where there are few, otherwise columns that
// are even partly on a linear and partly on a logarithmic axis, so that the first steps stay apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace halfstep {

class TracedSteps {
public:
    static constexpr std::size_t most_kept = 400;
    void add(std::int64_t step);  // ascending; repeated ones count once
    std::int64_t last() const { return last_; }
    bool fit(std::size_t most) const { return count_ <= most && count_ <= most_kept; }  // a column each
    // The first step of each column, ascending from 0; at most about `most` of them.
    std::vector<std::int64_t> columns(std::size_t most) const;

private:
    std::vector<std::int64_t> kept_;  // the first ones
    std::size_t count_ = 0;
    std::int64_t last_ = -1;
};

// Index of the column that holds a step.
std::size_t column_of(const std::vector<std::int64_t>& columns, std::int64_t step);

}  // namespace halfstep
