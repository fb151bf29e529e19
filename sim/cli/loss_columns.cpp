#include "loss_columns.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "halfstep/trace/series_csv.hpp"

namespace halfstep {
namespace {

// Points of one run, steps ascending.
class Thinning {
public:
    Thinning(LossTrace& trace, std::int64_t last_step) : trace_(trace), last_step_(last_step) {}

    void add(Point point) {
        trace_.facts.add(point);
        if (!std::isfinite(point.value)) {
            broken_ = true;
            return;
        }
        const int index = column_of(point.step, last_step_, static_cast<int>(trace_.columns.size()));
        auto& column = trace_.columns[static_cast<std::size_t>(index)];
        if (!column) column = LossColumn{point.value, point.value, point.value, point.value, broken_};
        broken_ = false;
        column->last = point.value;
        column->smallest = std::min(column->smallest, point.value);
        column->largest = std::max(column->largest, point.value);
    }

private:
    LossTrace& trace_;
    std::int64_t last_step_;
    bool broken_ = false;
};

}  // namespace

int column_of(std::int64_t step, std::int64_t last_step, int columns) {
    if (last_step <= 0) return 0;
    const double share =
        static_cast<double>(std::clamp<std::int64_t>(step, 0, last_step)) / static_cast<double>(last_step);
    return static_cast<int>(std::lround(share * (columns - 1)));
}

std::int64_t last_step_of(const Experiment& experiment) {
    std::int64_t last = 0;
    for (const RunSpec& run : experiment.runs) last = std::max(last, run.steps - 1);
    return last;
}

std::vector<LossTrace> read_losses(const std::filesystem::path& folder, const Results& results, int columns,
                                   std::size_t most_runs, std::size_t most_seeds) {
    const std::vector<std::uint64_t>& seeds = results.experiment.seeds;
    const auto drawn_seeds = std::span(seeds).first(std::min(seeds.size(), most_seeds));
    std::map<std::string, std::size_t, std::less<>> variants;
    for (std::size_t i = 0; i < results.experiment.runs.size() && i < most_runs; ++i)
        variants.emplace(results.experiment.runs[i].run, i);
    std::vector<LossTrace> traces;
    for (const RunSummary& summary : results.summaries) {
        const auto found = variants.find(summary.run);
        if (found == variants.end() ||
            std::find(drawn_seeds.begin(), drawn_seeds.end(), summary.seed) == drawn_seeds.end())
            continue;
        traces.push_back({found->second, summary.seed, {}, {}});
        traces.back().columns.resize(static_cast<std::size_t>(columns));
    }
    const std::int64_t last_step = last_step_of(results.experiment);

    // Rows of one run stand together in the file.
    std::string run;
    std::uint64_t seed = 0;
    std::optional<Thinning> current;
    read_series(folder / "series.csv", [&](const SeriesRow& row) {
        if (row.metric != "loss") return;
        if (run.empty() || row.run != run || row.seed != seed) {
            run = row.run;
            seed = row.seed;
            current.reset();
            const auto variant = variants.find(run);
            if (variant == variants.end()) return;
            for (LossTrace& trace : traces)
                if (trace.variant == variant->second && trace.seed == seed) current.emplace(trace, last_step);
        }
        if (current) current->add({row.step, row.value});
    });
    return traces;
}

}  // namespace halfstep
