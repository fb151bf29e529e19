// The plan of a sweep over trees: a point's values are laid over its run's tree as a variant would be.
#pragma once

#include <string>
#include <vector>

#include "axis_reader.hpp"
#include "halfstep/scenario/sweep_plan.hpp"
#include "source_map.hpp"
#include "sweep_reader.hpp"

namespace halfstep {

// What the size of a plan ends at, exact below.
inline constexpr std::int64_t countless_runs = 1'000'000'000'000'000;

class GridPlan final : public SweepPlan {
public:
    struct Key {
        std::vector<std::string> parts;
        std::vector<Tree> trees;  // one a value
        Place place;
    };
    struct Axis {
        std::vector<Key> keys;
        std::vector<std::vector<bool>> known;  // by key, by swept run
        bool known_by(std::size_t run) const;  // any of its keys
        int size = 0;
    };
    struct Search {
        Key key;
        int axis = -1;
        std::vector<bool> known;  // by swept run
    };

    // `runs` are the swept ones. Sets sweep.size.
    GridPlan(Sweep sweep, std::vector<Axis> axes, std::vector<Search> searches, std::vector<RunTree> runs,
             std::shared_ptr<const SourceMap> source, const Catalogue& catalogue, std::string scenario);

    const Sweep& sweep() const override { return sweep_; }
    SweepPoint point(std::int64_t index) const override;
    std::int64_t index(const SweepPoint& point) const override;
    std::int64_t searches(std::size_t search) const override;
    SweepPoint search_point(std::size_t search, std::int64_t index) const override;
    int axis_of(std::size_t search) const override { return searches_[search].axis; }
    RunSpec spec(const SweepPoint& point) const override;
    RunSpec spec(const SweepPoint& point, std::size_t search, const SweepValue& value) const override;
    double steps() const override;

private:
    std::int64_t points_of(std::size_t run, int without) const;  // of the axes it knows
    SweepPoint decode(std::size_t run, std::int64_t index, int without, const std::vector<std::uint64_t>& seeds) const;
    Tree tree_at(const SweepPoint& point) const;
    RunSpec read(const Tree& tree, const SweepPoint& point) const;

    Sweep sweep_;
    std::vector<Axis> axes_;
    std::vector<Search> searches_;
    std::vector<RunTree> runs_;
    std::shared_ptr<const SourceMap> source_;
    const Catalogue& catalogue_;
    std::string scenario_;
    bool traces_ = false;
};

}  // namespace halfstep
