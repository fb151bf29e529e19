#include "grid_plan.hpp"

#include <algorithm>
#include <charconv>

#include "run_key.hpp"

namespace halfstep {
namespace {

// Metrics that are made from traced tensors.
bool needs_trace(const std::string& metric) {
    return metric == "max_lost_updates" || metric == "min_momentum_cosine";
}

// Counts of a grid that nobody can run; far from where integers end.
std::int64_t at_most_countless(double x) {
    return x < double(countless_runs) ? std::int64_t(x) : countless_runs;
}

Tree number_tree(const SweepValue& value, bool whole, const Place& place) {
    Tree tree;
    tree.place = place;
    if (whole)
        tree.data = static_cast<std::int64_t>(value.position);
    else
        tree.data = value.position;
    return tree;
}

}  // namespace

bool GridPlan::Axis::known_by(std::size_t run) const {
    return std::any_of(known.begin(), known.end(), [&](const std::vector<bool>& key) { return key[run]; });
}

GridPlan::GridPlan(Sweep sweep, std::vector<Axis> axes, std::vector<Search> searches, std::vector<RunTree> runs,
                   std::shared_ptr<const SourceMap> source, const Catalogue& catalogue, std::string scenario)
    : sweep_(std::move(sweep)),
      axes_(std::move(axes)),
      searches_(std::move(searches)),
      runs_(std::move(runs)),
      source_(std::move(source)),
      catalogue_(catalogue),
      scenario_(std::move(scenario)) {
    const auto traced = [](const VerdictRule& rule) { return needs_trace(rule.when.metric); };
    traces_ = std::any_of(sweep_.metrics.begin(), sweep_.metrics.end(), needs_trace) ||
              std::any_of(sweep_.verdicts.begin(), sweep_.verdicts.end(), traced);
    sweep_.size = 0;
    for (std::size_t run = 0; run < runs_.size(); ++run)
        sweep_.size = at_most_countless(double(sweep_.size) + double(points_of(run, -1)) * double(sweep_.seeds.size()));
}

std::int64_t GridPlan::points_of(std::size_t run, int without) const {
    std::int64_t points = 1;
    for (std::size_t a = 0; a < axes_.size(); ++a)
        if (int(a) != without && axes_[a].known_by(run))
            points = at_most_countless(double(points) * double(axes_[a].size));
    return points;
}

SweepPoint GridPlan::decode(std::size_t run, std::int64_t index, int without,
                            const std::vector<std::uint64_t>& seeds) const {
    SweepPoint point{run, std::vector<int>(axes_.size(), -1), 0};
    const auto count = std::int64_t(seeds.size());
    point.seed = seeds[std::size_t(index % count)];
    index /= count;
    for (std::size_t a = axes_.size(); a-- > 0;) {
        if (!axes_[a].known_by(run)) continue;
        if (int(a) == without) {
            point.at[a] = 0;
            continue;
        }
        point.at[a] = int(index % axes_[a].size);
        index /= axes_[a].size;
    }
    return point;
}

SweepPoint GridPlan::point(std::int64_t index) const {
    std::size_t run = 0;
    for (;; ++run) {
        const std::int64_t count = points_of(run, -1) * std::int64_t(sweep_.seeds.size());
        if (index < count) break;
        index -= count;
    }
    return decode(run, index, -1, sweep_.seeds);
}

std::int64_t GridPlan::index(const SweepPoint& point) const {
    std::int64_t index = 0, before = 0;
    for (std::size_t run = 0; run < point.run; ++run) before += points_of(run, -1);
    for (std::size_t a = 0; a < axes_.size(); ++a)
        if (point.at[a] >= 0) index = index * axes_[a].size + point.at[a];
    const auto seed = std::find(sweep_.seeds.begin(), sweep_.seeds.end(), point.seed) - sweep_.seeds.begin();
    return (before + index) * std::int64_t(sweep_.seeds.size()) + seed;
}

std::int64_t GridPlan::searches(std::size_t search) const {
    std::int64_t count = 0;
    for (std::size_t run = 0; run < runs_.size(); ++run)
        if (searches_[search].known[run]) count += points_of(run, searches_[search].axis);
    return count * std::int64_t(sweep_.boundaries[search].seeds.size());
}

SweepPoint GridPlan::search_point(std::size_t search, std::int64_t index) const {
    const Search& s = searches_[search];
    const auto& seeds = sweep_.boundaries[search].seeds;
    for (std::size_t run = 0;; ++run) {
        if (!s.known[run]) continue;
        const std::int64_t count = points_of(run, s.axis) * std::int64_t(seeds.size());
        if (index < count) return decode(run, index, s.axis, seeds);
        index -= count;
    }
}

Tree GridPlan::tree_at(const SweepPoint& point) const {
    Tree tree = runs_[point.run].tree;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        if (point.at[a] < 0) continue;
        for (std::size_t k = 0; k < axes_[a].keys.size(); ++k) {
            const Key& key = axes_[a].keys[k];
            if (axes_[a].known[k][point.run])
                set_key(tree, key.parts, key.trees[std::size_t(point.at[a])], key.place, catalogue_);
        }
    }
    return tree;
}

RunSpec GridPlan::read(const Tree& tree, const SweepPoint& point) const {
    const RunTree& run = runs_[point.run];
    RunSpec spec = RunReader{catalogue_, source_->inputs, scenario_}.read(tree, run.place, run.name);
    if (!traces_) spec.trace_every = -1;
    return spec;
}

RunSpec GridPlan::spec(const SweepPoint& point) const {
    return read(tree_at(point), point);
}

RunSpec GridPlan::spec(const SweepPoint& point, std::size_t search, const SweepValue& value) const {
    const Search& s = searches_[search];
    const BoundarySearch& asked = sweep_.boundaries[search];
    const auto listed = std::find(asked.key.values.begin(), asked.key.values.end(), value);
    Tree tree = tree_at(point);
    set_key(tree, s.key.parts,
            listed != asked.key.values.end() ? s.key.trees[std::size_t(listed - asked.key.values.begin())]
                                             : number_tree(value, asked.whole, s.key.place),
            s.key.place, catalogue_);
    return read(tree, point);
}

double GridPlan::steps() const {
    // Only run.steps itself changes it: the mean over that axis, if there is one.
    double all = 0;
    for (std::size_t run = 0; run < runs_.size(); ++run) {
        SweepPoint point = decode(run, 0, -1, sweep_.seeds);
        double mean = 0;
        std::size_t stepping = axes_.size();
        for (std::size_t a = 0; a < axes_.size(); ++a)
            for (const Key& key : axes_[a].keys)
                if (key.parts == std::vector<std::string>{"run", "steps"} ||
                    key.parts == std::vector<std::string>{"program", "repeat"})
                    stepping = a;
        const int values = stepping < axes_.size() && point.at[stepping] >= 0 ? axes_[stepping].size : 1;
        for (int i = 0; i < values; ++i) {
            if (values > 1) point.at[stepping] = i;
            mean += double(spec(point).steps) / values;
        }
        all += mean * double(points_of(run, -1)) * double(sweep_.seeds.size());
    }
    return all;
}

std::vector<std::string> key_names(const Sweep& sweep) {
    std::vector<std::string> names;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) names.push_back(key.key);
    return names;
}

std::vector<std::string> texts_at(const Sweep& sweep, const SweepPoint& point) {
    std::vector<std::string> texts;
    for (std::size_t a = 0; a < sweep.axes.size(); ++a)
        for (const SweepKey& key : sweep.axes[a].keys)
            texts.push_back(point.at[a] < 0 ? "" : key.values[std::size_t(point.at[a])].text);
    return texts;
}

}  // namespace halfstep
