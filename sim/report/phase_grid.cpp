#include "phase_grid.hpp"

#include <algorithm>

namespace halfstep {

std::size_t full_size(const std::vector<SweepAxis>& axes) {
    std::size_t size = 1;
    for (const SweepAxis& axis : axes) size *= axis.size();
    return size;
}

PhaseGrid::PhaseGrid(const std::vector<SweepAxis>& axes) {
    for (const SweepAxis& axis : axes) {
        keys_.push_back(axis.keys.size());
        sizes_.push_back(axis.size());
        std::map<std::string, int>& places = places_.emplace_back();
        for (std::size_t i = 0; i < axis.size(); ++i) {
            std::string joined;
            for (const SweepKey& key : axis.keys) joined += key.values[i].text + '\n';
            places.emplace(joined, int(i));
        }
    }
}

std::optional<std::vector<int>> PhaseGrid::find(const std::vector<std::string>& at) const {
    std::vector<int> place;
    std::size_t key = 0;
    for (std::size_t a = 0; a < keys_.size(); ++a) {
        std::string joined;
        bool empty = true;
        for (std::size_t k = 0; k < keys_[a]; ++k, ++key) {
            joined += at.at(key) + '\n';
            empty = empty && at[key].empty();
        }
        const auto found = places_[a].find(joined);
        if (found == places_[a].end() && !empty) return std::nullopt;
        place.push_back(found == places_[a].end() ? -1 : found->second);
    }
    return place;
}

std::size_t PhaseGrid::cell(const std::vector<int>& place, const std::vector<bool>& knows) const {
    std::size_t cell = 0;
    for (std::size_t a = 0; a < sizes_.size(); ++a)
        if (knows[a]) cell = cell * sizes_[a] + std::size_t(std::max(0, place[a]));
    return cell;
}

}  // namespace halfstep
