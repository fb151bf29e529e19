// What a scenario file says after expansion: texts, the runs, the seeds, and what should happen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/sweep.hpp"

namespace halfstep {

// Right-hand side of a comparison: a constant, or another run's metric (same seed) times a factor.
struct Bound {
    double constant = 0;
    std::string run;     // empty: the constant
    std::string metric;  // of `run`
    double factor = 1;
    bool operator==(const Bound&) const = default;
};

// One sentence that can be false: a metric of a run compared with bounds, for every seed (or for
// the listed ones). Comparisons with a NaN metric are false: whether a run diverged is asked by the
// metric `diverged`.
struct Expectation {
    std::string run;
    std::string metric;
    std::optional<Bound> equals;  // to the bit, as binary64; NaN never equals
    std::optional<Bound> below;   // strictly
    std::optional<Bound> above;   // strictly
    std::optional<Bound> at_most;
    std::optional<Bound> at_least;
    std::vector<std::uint64_t> seeds;  // empty: every seed of the experiment
    std::string because;               // optional text shown with the verdict
    int line = 0;                      // in the scenario file, 0 when built elsewhere
    // Of a sweep: the points it speaks of, a text a key; keys left out mean every value.
    std::vector<std::pair<std::string, std::string>> at;
    bool swept = false;  // speaks of the sweep's runs or boundaries, not of the run itself
    bool operator==(const Expectation&) const = default;
};

struct Experiment {
    std::string name;  // file stem; also the folder in results/
    std::string title, claim, source, teaches, predict;
    std::string file;           // as it was named on the command line, for repeating the runs
    std::string changes;        // "--set optimizer.lr=1e-3 --seeds 3": what the command line changed, empty mostly
    std::vector<RunSpec> runs;  // "base" first, then the variants in file order
    std::vector<std::uint64_t> seeds;
    std::vector<Expectation> expectations;
    std::optional<Sweep> sweep;
    bool operator==(const Experiment&) const = default;
};

// Metric names the summary of every training carries.
struct MetricDoc {
    const char* name;
    const char* doc;
};
const std::vector<MetricDoc>& metric_docs();

// Names of the series a run may record by itself; a watched formula is called otherwise.
std::span<const std::string_view> series_names();

// The metrics of a watched formula: the formula itself (its value after the last step), min(...) and
// max(...) over the recorded steps, NaN left out as long as there is a number, and last_change(...),
// the last recorded step on which it changed; -1: it never did.
inline constexpr std::size_t watch_metrics = 4;
std::array<std::string, watch_metrics> watch_metric_names(const Watch& watch);

// What a run's summary carries and an expectation about it may name: metric_docs(), then those of the
// watched formulas; of a program, which has no loss, the latter only.
std::vector<std::string> metrics_of(const RunSpec& run);
bool has_metric(const RunSpec& run, std::string_view name);

}  // namespace halfstep
