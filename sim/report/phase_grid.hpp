// Finds the cell of a diagram from the texts of a row.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/spec/sweep.hpp"

namespace halfstep {

std::size_t full_size(const std::vector<SweepAxis>& axes);  // cells of a variant that knows every axis

class PhaseGrid {
public:
    explicit PhaseGrid(const std::vector<SweepAxis>& axes);

    // Which value of each axis, -1 where its texts are empty; nullopt where one is not kept.
    std::optional<std::vector<int>> find(const std::vector<std::string>& at) const;
    std::size_t cell(const std::vector<int>& place, const std::vector<bool>& knows) const;

private:
    std::vector<std::size_t> keys_, sizes_;           // of each axis
    std::vector<std::map<std::string, int>> places_;  // the texts of an axis' keys, joined
};

}  // namespace halfstep
