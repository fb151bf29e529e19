// A sweep: the runs of a scenario once more at every point of a grid of axes, and what is asked of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halfstep {

// One value of a swept key, as a command line repeats it and as a figure places it.
struct SweepValue {
    std::string text;     // "0.001", "e5m7", "true": one line
    double position = 0;  // the number; of a text the number its braces made it from, otherwise its index
    bool operator==(const SweepValue&) const = default;
};

// How a figure spaces the values: by the number, by its logarithm, or evenly.
enum class AxisScale { linear, logarithmic, named };

struct SweepKey {
    std::string key;  // "optimizer.lr"
    AxisScale scale = AxisScale::linear;
    std::vector<SweepValue> values;
    bool operator==(const SweepKey&) const = default;
};

// Keys that move together (`zip`), mostly one. All have as many values as the axis has points.
struct SweepAxis {
    std::vector<SweepKey> keys;
    std::size_t size() const { return keys.front().values.size(); }
    bool operator==(const SweepAxis&) const = default;
};

// Comparisons of one metric with numbers; NaN meets none.
struct MetricRange {
    std::string metric;
    std::optional<double> equals, below, above, at_most, at_least;
    bool contains(double x) const;
    std::string describe() const;  // "final_loss below 0.1"
    bool operator==(const MetricRange&) const = default;
};

// What a run is called in one word when its metrics lie in a range.
struct VerdictRule {
    std::string name;
    MetricRange when;
    bool operator==(const VerdictRule&) const = default;
};

// Where on one axis a verdict stops holding, at every point of the others.
struct BoundarySearch {
    std::string name;          // its metrics are called so: "boundary" unless there are several
    SweepKey key;              // what is searched; `values` ascend, and are all there is where `refine` is false
    bool swept = false;        // the key is an axis of the sweep: its runs answer too
    bool largest = true;       // the largest value at which the verdict holds; false: the smallest
    std::string holds;         // the verdict
    bool refine = true;        // between the values, by bisection
    bool whole = false;        // refined values are integers
    double resolution = 0.01;  // bisection ends when both sides of the boundary are as near: relative to the
                               // larger where `key.scale` is logarithmic, otherwise a share of the whole range
    std::vector<std::uint64_t> seeds;
    std::string theory;  // a formula of the axes' names for the boundary; empty: none
    bool operator==(const BoundarySearch&) const = default;
};

inline constexpr std::int64_t sweep_limit = 100'000;  // runs, unless the file says otherwise

struct Sweep {
    std::vector<SweepAxis> axes;
    std::vector<std::uint64_t> seeds;
    std::vector<std::string> runs;      // the swept variants, in their order
    std::vector<std::string> metrics;   // columns beside those every row has
    std::vector<VerdictRule> verdicts;  // the first whose range holds names a run; then builtin_verdicts()
    bool curves = false;                // a thinned loss curve and the events of every run are kept
    // Points whose whole series are kept: a text a key, keys left out mean every value. One empty point: all.
    std::vector<std::vector<std::pair<std::string, std::string>>> kept_series;
    std::vector<BoundarySearch> boundaries;
    std::string theory;     // a curve over the diagrams: a formula of the first axis' names for the second axis
    std::int64_t size = 0;  // runs of the grid
    bool operator==(const Sweep&) const = default;
};

// What a run is called that no rule of the file names, in the order in which they are tried.
struct VerdictDoc {
    const char* name;
    const char* doc;
};
const std::vector<VerdictDoc>& builtin_verdicts();

// The metrics of every row: first_bad_step, final_loss, final_loss_scale, min_loss_scale, bytes_sent.
const std::vector<std::string>& sweep_metrics();

// A number with the six significant digits that are kept of a range's values.
double rounded_to_digits(double x);

// The shortest part of a key that no other of them has, its dots as "_": "lr", "optimizer_lr".
std::string short_key(std::string_view key, const std::vector<std::string>& keys);

}  // namespace halfstep
