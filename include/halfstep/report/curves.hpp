// The recorded series of a results folder, thinned for pictures: one panel a metric, in it one curve
// a run that has the metric.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "halfstep/report/decimate.hpp"
#include "halfstep/trace/results.hpp"

namespace halfstep {

// Of a larger experiment only the first runs are drawn and tabled; the CSV files have all.
inline constexpr std::size_t most_drawn_runs = 60;

struct Curve {
    std::size_t variant = 0;  // index in Experiment::runs
    std::uint64_t seed = 0;
    std::vector<Point> points;
    CurveFacts facts;
};

struct Panel {
    std::string metric;  // as in series.csv
    std::vector<Curve> curves;
    // The one value every curve has at every step, if there is one: nothing worth a plot.
    std::optional<double> constant() const;
    bool all_positive() const;
};

struct Plots {
    std::int64_t last_step = 0;
    std::vector<Panel> panels;   // loss, loss_scale, others as they first appear, grads_averaged
    std::vector<Curve> skipped;  // recorded steps whose update was dropped, only of runs that have any
    const Panel* find(std::string_view metric) const;
};

// Reads series.csv once. ResultError for a row of a run the manifest does not know.
Plots load_plots(const std::filesystem::path& folder, const Results& results);

}  // namespace halfstep
