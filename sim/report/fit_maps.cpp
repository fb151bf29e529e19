#include "fit_maps.hpp"

#include <algorithm>

#include "packed.hpp"

namespace halfstep {
namespace {

std::vector<float> halved(const std::vector<float>& shares, std::size_t columns) {
    const std::size_t kept = (columns + 1) / 2;
    std::vector<float> out;
    out.reserve(columns == 0 ? 0 : shares.size() / columns * kept);
    for (std::size_t row = 0; row < shares.size(); row += columns)
        for (std::size_t i = 0; i < columns; i += 2)
            out.push_back(i + 1 < columns ? std::max(shares[row + i], shares[row + i + 1]) : shares[row + i]);
    return out;
}

std::size_t packed_size(const ExponentMap& map) {
    std::size_t size = 120;  // names and numbers around the cells
    for (const auto* shares : {&map.shares, &map.zeros, &map.infinities, &map.nans})
        size += packed_shares(*shares).size();
    return size + 2 * map.columns();
}

class Fit {
public:
    Fit(std::vector<ExponentMap>& maps, std::size_t characters) : maps_(maps), characters_(characters) { measure(); }

    bool done() const { return sum_ <= characters_; }

    void drop_to(std::size_t fewest) {
        while (!done() && maps_.size() > std::max<std::size_t>(1, fewest)) {
            sum_ -= sizes_.back();
            sizes_.pop_back();
            maps_.pop_back();
        }
    }

    // Whether there was something to halve.
    bool halve(std::size_t fewest_columns) {
        bool any = false;
        for (ExponentMap& map : maps_) {
            if (map.columns() < 2 * fewest_columns) continue;
            halve_columns(map);
            any = true;
        }
        measure();
        return any;
    }

private:
    void measure() {
        sizes_.clear();
        sum_ = 0;
        for (const ExponentMap& map : maps_) sum_ += sizes_.emplace_back(packed_size(map));
    }

    std::vector<ExponentMap>& maps_;
    std::size_t characters_, sum_ = 0;
    std::vector<std::size_t> sizes_;
};

}  // namespace

void halve_columns(ExponentMap& map) {
    const std::size_t columns = map.columns();
    for (auto* shares : {&map.shares, &map.zeros, &map.infinities, &map.nans}) *shares = halved(*shares, columns);
    std::vector<std::int64_t> steps;
    for (std::size_t i = 0; i < columns; i += 2) steps.push_back(map.steps[i]);
    map.one_step_each = map.one_step_each && columns < 2;
    map.steps = std::move(steps);
}

std::size_t fit_maps(std::vector<ExponentMap>& maps, std::size_t characters, std::size_t fewest_columns) {
    const std::size_t before = maps.size();
    const auto of_first_seed = static_cast<std::size_t>(
        std::count_if(maps.begin(), maps.end(), [&](const ExponentMap& map) { return map.seed == maps[0].seed; }));
    Fit fit(maps, characters);
    fit.drop_to(of_first_seed);
    while (!fit.done() && fit.halve(fewest_columns)) {
    }
    fit.drop_to(0);
    return before - maps.size();
}

}  // namespace halfstep
