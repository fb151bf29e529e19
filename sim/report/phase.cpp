#include "halfstep/report/phase.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/trace/number.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/sweep_rows.hpp"
#include "phase_grid.hpp"

namespace halfstep {
namespace {

// Every so manieth value of the longest axes, until the cells fit.
std::vector<std::size_t> kept_every(const Sweep& sweep, std::size_t most) {
    std::vector<std::size_t> every(sweep.axes.size(), 1);
    const auto kept = [&](std::size_t a) { return (sweep.axes[a].size() + every[a] - 1) / every[a]; };
    for (;;) {
        double cells = double(std::max<std::size_t>(1, sweep.runs.size()));
        std::size_t longest = 0;
        for (std::size_t a = 0; a < every.size(); ++a) {
            cells *= double(kept(a));
            if (kept(a) > kept(longest)) longest = a;
        }
        if (cells <= double(most) || every.empty() || kept(longest) < 3) return every;
        ++every[longest];
    }
}

SweepAxis thinned_axis(const SweepAxis& axis, std::size_t every) {
    SweepAxis kept = axis;
    for (SweepKey& key : kept.keys) {
        key.values.clear();
        const SweepKey& all = axis.keys[std::size_t(&key - kept.keys.data())];
        for (std::size_t i = 0; i < all.values.size(); i += every) key.values.push_back(all.values[i]);
    }
    return kept;
}

std::vector<std::string> ordered_verdicts(const SweepResults& results) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        const auto found = results.verdicts.find(name);
        if (found != results.verdicts.end() && found->second > 0 &&
            std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    };
    const auto& builtin = builtin_verdicts();
    for (auto doc = builtin.rbegin(); doc != builtin.rend(); ++doc) add(doc->name);  // "trains" first
    for (const VerdictRule& rule : results.experiment.sweep->verdicts) add(rule.name);
    for (const auto& [name, count] : results.verdicts) add(name);
    return names;
}

// NaN counts as the largest there is, as in web/sweep.js.
double median(std::vector<double> values) {
    std::sort(values.begin(), values.end(), [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
    return values[(values.size() - 1) / 2];
}

class Loader {
public:
    Loader(Phase& phase, std::size_t most_runs) : phase_(phase) {
        const Sweep& sweep = phase.sweep();
        const std::vector<std::size_t> every = kept_every(sweep, most_runs);
        for (std::size_t a = 0; a < every.size(); ++a) {
            phase.axes.push_back(thinned_axis(sweep.axes[a], every[a]));
            phase.of.push_back(sweep.axes[a].size());
        }
        phase.metrics = {"first_bad_step", "final_loss", "final_loss_scale"};
        for (const std::string& metric : sweep.metrics)
            if (std::find(phase.metrics.begin(), phase.metrics.end(), metric) == phase.metrics.end())
                phase.metrics.push_back(metric);
        phase.verdicts = ordered_verdicts(phase.results);
        std::size_t cells = 0;
        for (const std::string& run : sweep.runs) {
            const auto& runs = phase.results.experiment.runs;
            PhaseVariant variant;
            variant.run = std::size_t(
                std::find_if(runs.begin(), runs.end(), [&](const RunSpec& spec) { return spec.run == run; }) -
                runs.begin());
            variant.knows.assign(phase.axes.size(), false);
            phase.variants.push_back(std::move(variant));
            cells += full_size(phase.axes);
        }
        phase.joined = sweep.seeds.size() > 1 && cells * sweep.seeds.size() > most_runs;
        phase.seeds = phase.joined ? 1 : std::max<std::size_t>(1, sweep.seeds.size());
        grid_.emplace(phase.axes);
    }

    void read(const std::filesystem::path& path) {
        const std::vector<std::string> all = row_metrics(phase_.sweep());
        for (const std::string& metric : phase_.metrics)
            columns_.push_back(std::size_t(std::find(all.begin(), all.end(), metric) - all.begin()));
        SweepRowReader reader(path, phase_.sweep());
        SweepRow row;
        for (std::int64_t index = 0; reader.next(row); ++index) take(row, index, path);
        close_cell();
        for (PhaseVariant& variant : phase_.variants) complete(variant);
    }

private:
    void take(const SweepRow& row, std::int64_t index, const std::filesystem::path& path) {
        const auto& runs = phase_.sweep().runs;
        const auto name = std::find(runs.begin(), runs.end(), row.run);
        if (name == runs.end()) throw ResultError(path, "holds the run '" + row.run + "', which the sweep does not");
        PhaseVariant& variant = phase_.variants[std::size_t(name - runs.begin())];
        ++variant.counts[row.verdict];
        const auto place = grid_->find(row.at);
        if (!place) return;
        if (variant.metrics.empty()) prepare(variant, *place);
        const std::size_t cell = grid_->cell(*place, variant.knows);
        const auto& seeds = phase_.sweep().seeds;
        const auto seed = std::size_t(std::find(seeds.begin(), seeds.end(), row.seed) - seeds.begin());
        if (seed >= seeds.size()) return;
        const auto known = std::find(phase_.verdicts.begin(), phase_.verdicts.end(), row.verdict);
        if (known == phase_.verdicts.end())
            throw ResultError(path, "holds the verdict '" + row.verdict + "', which sweep.json does not count");
        const int verdict = int(known - phase_.verdicts.begin());
        if (phase_.joined) {
            if (open_ != &variant || open_cell_ != cell) close_cell();
            open_ = &variant;
            open_cell_ = cell;
            waiting_.emplace_back(verdict, row);
            return;
        }
        const std::size_t run = cell * phase_.seeds + seed;
        variant.verdicts[run] = verdict;
        variant.rows[run] = index;
        for (std::size_t m = 0; m < columns_.size(); ++m) set(variant.metrics[m], run, row.metrics[columns_[m]]);
    }

    // Which axes a variant knows is seen in its first row.
    void prepare(PhaseVariant& variant, const std::vector<int>& place) {
        std::size_t cells = 1;
        for (std::size_t a = 0; a < place.size(); ++a) {
            variant.knows[a] = place[a] >= 0;
            if (variant.knows[a]) cells *= phase_.axes[a].size();
        }
        variant.verdicts.assign(cells * phase_.seeds, -1);
        variant.rows.assign(cells * phase_.seeds, -1);
        for (const std::string& metric : phase_.metrics)
            variant.metrics.push_back({metric, std::vector<double>(cells * phase_.seeds, std::nan("")), {}});
    }

    static void set(PhaseMetric& metric, std::size_t run, const std::optional<double>& value) {
        if (value)
            metric.values[run] = *value;
        else
            metric.absent.push_back(std::int64_t(run));
    }

    // The seeds of a cell are one run from here on.
    void close_cell() {
        if (waiting_.empty()) return;
        std::vector<int> times(phase_.verdicts.size());
        for (const auto& [verdict, row] : waiting_) ++times[std::size_t(verdict)];
        const auto most = std::max_element(times.begin(), times.end());
        open_->verdicts[open_cell_] = int(most - times.begin());
        if (*most < int(waiting_.size())) open_->split.push_back(std::int64_t(open_cell_));
        for (std::size_t m = 0; m < columns_.size(); ++m) {
            std::vector<double> values;
            for (const auto& [verdict, row] : waiting_) {
                const auto& value = row.metrics[columns_[m]];
                if (value) values.push_back(*value);
            }
            set(open_->metrics[m], open_cell_, values.empty() ? std::nullopt : std::optional(median(values)));
        }
        waiting_.clear();
    }

    void complete(PhaseVariant& variant) {
        if (variant.metrics.empty()) prepare(variant, std::vector<int>(phase_.axes.size(), 0));  // nothing came of it
        for (PhaseMetric& metric : variant.metrics) std::sort(metric.absent.begin(), metric.absent.end());
        std::sort(variant.split.begin(), variant.split.end());
    }

    Phase& phase_;
    std::optional<PhaseGrid> grid_;
    std::vector<std::size_t> columns_;
    std::vector<std::pair<int, SweepRow>> waiting_;
    PhaseVariant* open_ = nullptr;
    std::size_t open_cell_ = 0;
};

}  // namespace

namespace {

std::vector<double> read_theory(const std::filesystem::path& path, const Phase& phase) {
    if (phase.axes.size() < 2 || !std::filesystem::exists(path)) return {};
    const SweepKey& key = phase.axes.front().keys.front();
    CsvReader reader(path);
    if (reader.header() != std::vector<std::string>{key.key, "theory"}) return {};
    std::vector<double> theory(key.values.size(), std::nan(""));
    while (reader.next())
        for (std::size_t i = 0; i < key.values.size(); ++i)
            if (key.values[i].text == reader.fields()[0])
                theory[i] = parse_number(reader.fields()[1]).value_or(std::nan(""));
    return theory;
}

}  // namespace

bool Phase::thinned() const {
    for (std::size_t a = 0; a < axes.size(); ++a)
        if (axes[a].size() < of[a]) return true;
    return false;
}

Phase load_phase(const std::filesystem::path& results_folder, std::size_t most_runs) {
    Phase phase;
    phase.results = read_sweep(results_folder);
    Loader(phase, most_runs).read(sweep_folder(results_folder) / "runs.csv");
    phase.theory = read_theory(sweep_folder(results_folder) / "theory.csv", phase);
    return phase;
}

}  // namespace halfstep
