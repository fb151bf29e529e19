#include "halfstep/report/tensors.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "fit_maps.hpp"
#include "halfstep/report/curves.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/tensors_csv.hpp"
#include "run_index.hpp"
#include "time_columns.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

// What is held of all maps together, and how much of a page they may take.
constexpr std::size_t most_cells = 1'000'000, most_characters = 450'000;
constexpr std::size_t most_columns = 200, fewest_columns = 48;
constexpr int strips = 3;  // zeros, infinities, NaN

using Key = std::tuple<std::size_t, std::string, std::string>;  // index of the summary, role, tensor

// What a first reading of tensors.csv says of one tensor of one run and seed.
struct Found {
    std::size_t run = 0;  // index of the summary
    ExponentMap map;
    double min_abs = INFINITY, max_abs = 0;
    // How many values it has, from which step on: mostly one entry.
    std::vector<std::pair<std::int64_t, std::int64_t>> counts;
    std::vector<std::int64_t> first_steps;  // the first traced step in each column; -1: none
    bool drawn = false;

    std::size_t height() const { return static_cast<std::size_t>(map.rows + strips); }
    // Columns no traced step fell into would look as if there were no values.
    void keep_filled_columns() {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < first_steps.size(); ++i) {
            if (first_steps[i] < 0) continue;
            map.steps[kept] = first_steps[i];
            for (auto* strip : {&map.zeros, &map.infinities, &map.nans}) (*strip)[kept] = (*strip)[i];
            ++kept;
        }
        map.steps.resize(kept);
        for (auto* strip : {&map.zeros, &map.infinities, &map.nans}) strip->resize(kept);
        map.shares.assign(static_cast<std::size_t>(map.rows) * kept, 0);
    }

    std::int64_t count_at(std::int64_t step) const {
        const auto after = std::upper_bound(counts.begin(), counts.end(), step,
                                            [](std::int64_t at, const auto& entry) { return at < entry.first; });
        return after == counts.begin() ? 0 : std::prev(after)->second;
    }
};

class Loader {
public:
    Loader(const fs::path& folder, const Results& results)
        : results_(results),
          tensors_(folder / "tensors.csv"),
          exponents_(folder / "exponents.csv"),
          tensor_runs_(tensors_, results),
          exponent_runs_(exponents_, results),
          steps_(results.summaries.size()) {}

    TensorTrace load() {
        read_tensors(tensors_, [&](const TensorRow& row) { survey(row); });
        choose_columns();
        read_tensors(tensors_, [&](const TensorRow& row) { fill_strips(row); });
        for (Found* found : drawn_) found->keep_filled_columns();
        read_exponents(exponents_, [&](const ExponentRow& row) { fill_cells(row); });
        return finish();
    }

private:
    Found* find(const RunIndex::Place& place, std::string_view role, std::string_view tensor) {
        const auto found = index_.find({place.summary, std::string(role), std::string(tensor)});
        return found == index_.end() ? nullptr : &found_[found->second];
    }

    void survey(const TensorRow& row) {
        const RunIndex::Place& place = tensor_runs_.find(row.run, row.seed);
        if (place.summary >= most_drawn_runs) return;
        Found* found = find(place, row.stats.role, row.stats.tensor);
        if (!found) {
            index_.emplace(Key{place.summary, row.stats.role, row.stats.tensor}, found_.size());
            found = &found_.emplace_back();
            found->run = place.summary;
            found->map.id = {place.variant, row.stats.role, row.stats.tensor};
            found->map.seed = row.seed;
        }
        steps_[place.summary].add(row.step);
        if (found->counts.empty() || found->counts.back().second != row.stats.count)
            found->counts.emplace_back(row.step, row.stats.count);
        if (row.stats.max_abs > 0) {  // false for NaN
            found->min_abs = std::min(found->min_abs, row.stats.min_abs);
            found->max_abs = std::max(found->max_abs, row.stats.max_abs);
        }
        add_loss(found->map.id, row);
    }

    void add_loss(const TensorId& id, const TensorRow& row) {
        const auto [at, fresh] = loss_index_.emplace(Key{id.variant, id.role, id.tensor}, losses_.size());
        if (fresh) losses_.emplace_back().id = id;
        TensorLoss& loss = losses_[at->second];
        const TensorStats& stats = row.stats;
        loss.values += stats.count;
        const std::int64_t counts[loss_count] = {stats.overflows,  stats.underflows, stats.subnormals,
                                                 stats.infinities, stats.nans,       stats.unchanged};
        for (std::size_t i = 0; i < loss_count; ++i) {
            TensorLoss::Count& count = loss.counts[i];
            count.count += counts[i];
            const double share =
                stats.count > 0 ? static_cast<double>(counts[i]) / static_cast<double>(stats.count) : 0;
            if (share > count.worst_share) {
                count.worst_share = share;
                count.worst_step = row.step;
            }
        }
        if (stats.max_abs > 0) {
            loss.min_abs = std::min(loss.min_abs, stats.min_abs);
            loss.max_abs = std::max(loss.max_abs, stats.max_abs);
        }
    }

    // First all runs with the first seed, then all with the second. The maps of the first decide how many
    // columns there are.
    void choose_columns() {
        std::vector<Found*> order;
        for (Found& found : found_) {
            if (found.max_abs > 0) {
                found.map.lowest = std::ilogb(found.min_abs);
                found.map.rows = std::ilogb(found.max_abs) - found.map.lowest + 1;
            }
            order.push_back(&found);
        }
        const auto& seeds = results_.experiment.seeds;
        const auto rank = [&](const Found* found) { return std::find(seeds.begin(), seeds.end(), found->map.seed); };
        std::stable_sort(order.begin(), order.end(), [&](const Found* a, const Found* b) {
            return std::make_pair(rank(a), a->map.id.variant) < std::make_pair(rank(b), b->map.id.variant);
        });
        std::size_t height = 0;
        for (const Found* found : order)
            if (found->map.seed == order[0]->map.seed) height += found->height();
        const std::size_t columns =
            std::clamp(most_cells / std::max<std::size_t>(1, height), fewest_columns, most_columns);
        std::size_t cells = 0;
        for (Found* found : order) {
            found->map.steps = steps_[found->run].columns(columns);
            found->map.last_step = steps_[found->run].last();
            found->map.one_step_each = steps_[found->run].fit(columns);
            const std::size_t more = found->height() * found->map.columns();
            found->drawn = cells + more <= most_cells || cells == 0;
            if (!found->drawn) continue;
            cells += more;
            drawn_.push_back(found);
            found->first_steps.assign(found->map.columns(), -1);
            for (auto* strip : {&found->map.zeros, &found->map.infinities, &found->map.nans})
                strip->assign(found->map.columns(), 0);
        }
    }

    static void raise(float& cell, std::int64_t count, std::int64_t of) {
        if (of > 0) cell = std::max(cell, static_cast<float>(static_cast<double>(count) / static_cast<double>(of)));
    }

    void fill_strips(const TensorRow& row) {
        const RunIndex::Place& place = tensor_runs_.find(row.run, row.seed);
        Found* found = find(place, row.stats.role, row.stats.tensor);
        if (!found || !found->drawn) return;
        const std::size_t column = column_of(found->map.steps, row.step);
        if (found->first_steps[column] < 0) found->first_steps[column] = row.step;
        raise(found->map.zeros[column], row.stats.zeros, row.stats.count);
        raise(found->map.infinities[column], row.stats.infinities, row.stats.count);
        raise(found->map.nans[column], row.stats.nans, row.stats.count);
    }

    void fill_cells(const ExponentRow& row) {
        const RunIndex::Place& place = exponent_runs_.find(row.run, row.seed);
        Found* found = find(place, row.role, row.tensor);
        if (!found || !found->drawn) return;
        ExponentMap& map = found->map;
        const int at = row.exponent - map.lowest;
        if (at < 0 || at >= map.rows)
            throw ResultError(exponents_, "does not belong to tensors.csv beside it; run the scenario again");
        raise(map.shares[static_cast<std::size_t>(at) * map.columns() + column_of(map.steps, row.step)], row.count,
              found->count_at(row.step));
    }

    TensorTrace finish() {
        TensorTrace trace;
        for (Found* found : drawn_) trace.maps.push_back(std::move(found->map));
        trace.maps_left_out = found_.size() - drawn_.size() + fit_maps(trace.maps, most_characters, fewest_columns);
        trace.losses = std::move(losses_);
        std::stable_sort(trace.losses.begin(), trace.losses.end(), [](const TensorLoss& a, const TensorLoss& b) {
            return std::make_pair(a.lost(), a.share(Loss::subnormal)) >
                   std::make_pair(b.lost(), b.share(Loss::subnormal));
        });
        return trace;
    }

    const Results& results_;
    fs::path tensors_, exponents_;
    RunIndex tensor_runs_, exponent_runs_;
    std::vector<TracedSteps> steps_;  // by summary
    std::vector<Found> found_;
    std::map<Key, std::size_t> index_;  // in found_
    std::vector<Found*> drawn_;
    std::vector<TensorLoss> losses_;
    std::map<Key, std::size_t> loss_index_;  // (variant, role, tensor), in losses_
};

}  // namespace

double TensorLoss::share(Loss loss) const {
    return values > 0 ? static_cast<double>((*this)[loss].count) / static_cast<double>(values) : 0;
}

double TensorLoss::lost() const {
    return share(Loss::overflow) + share(Loss::underflow) + share(Loss::infinite) + share(Loss::nan) +
           share(Loss::unchanged);
}

TensorTrace load_tensors(const fs::path& folder, const Results& results) {
    if (!fs::exists(folder / "tensors.csv")) return {};
    return Loader(folder, results).load();
}

}  // namespace halfstep
