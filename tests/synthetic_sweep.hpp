// A made-up sweep: a results folder as `halfstep run` leaves it, without any run. What comes out at a point follows
// from the names of the axes: "optimizer.lr" diverges above 2 / "model.dimension", stays where it is far below.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/curve_sink.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/sweep_results.hpp"
#include "halfstep/trace/sweep_rows.hpp"
#include "synthetic.hpp"

namespace synthetic {

inline halfstep::SweepAxis axis(const std::string& key, halfstep::AxisScale scale, const std::vector<double>& values) {
    halfstep::SweepKey swept{key, scale, {}};
    for (const double x : values) swept.values.push_back({halfstep::number_text(x), x});
    return {{swept}};
}

inline halfstep::SweepAxis named_axis(const std::string& key, const std::vector<std::string>& texts) {
    halfstep::SweepKey swept{key, halfstep::AxisScale::named, {}};
    for (const std::string& text : texts) swept.values.push_back({text, double(swept.values.size())});
    return {{swept}};
}

inline std::vector<double> log_values(double from, double to, int points) {
    std::vector<double> values;
    for (int i = 0; i < points; ++i) {
        char text[32];  // six digits, as the file reader keeps
        std::snprintf(text, sizeof text, "%.6g", from * std::pow(to / from, double(i) / (points - 1)));
        values.push_back(std::stod(text));
    }
    return values;
}

// An experiment that sweeps all its runs.
inline halfstep::Experiment sweeping(const std::string& name, const std::vector<std::string>& runs,
                                     std::vector<halfstep::SweepAxis> axes, const std::vector<std::uint64_t>& seeds,
                                     std::int64_t steps = 100) {
    halfstep::Experiment result = experiment(runs, {1}, steps);
    result.name = name;
    result.file = "scenarios/" + name + ".toml";
    halfstep::Sweep sweep;
    sweep.axes = std::move(axes);
    sweep.seeds = seeds;
    sweep.runs = runs;
    sweep.curves = true;
    std::int64_t cells = 1;
    for (const halfstep::SweepAxis& one : sweep.axes) cells *= std::int64_t(one.size());
    sweep.size = cells * std::int64_t(seeds.size() * runs.size());
    result.sweep = sweep;
    return result;
}

// What is at a point: the number of each key, NaN where the axis is not there.
struct Point {
    std::size_t run = 0;
    std::vector<std::size_t> at;  // which value of each axis
    std::uint64_t seed = 1;
    double lr = 0.01, dimension = 8;
    std::string format;
};

// The learning rate above which a run diverges, a little another with every seed.
inline double limit_of(const Point& point) {
    const double wobble = 1 + 0.12 * std::sin(7.0 * double(point.seed) + 3 * double(point.run) + point.dimension);
    return (point.run == 1 ? 2.5 / (point.dimension * std::sqrt(point.dimension)) : 2 / point.dimension) * wobble;
}

struct Outcome {
    std::string verdict;
    double first_bad = -1, final_loss = 0, final_scale = 1;
};

inline Outcome outcome_of(const Point& point, std::int64_t steps) {
    const double limit = limit_of(point), nan = std::numeric_limits<double>::quiet_NaN();
    const bool scaled = point.run == 2;
    if (point.format == "e2m1" && point.lr > 0.5) return {"invalid"};
    if (point.lr > 40 * limit) return {"diverged", 3, nan, scaled ? 1.0 : 1.0};
    if (point.lr > limit) {
        const double bad = std::ceil(12 / std::log2(point.lr / limit + 1.05));
        return {"diverged", bad, bad < 30 ? std::numeric_limits<double>::infinity() : 1e8, 1};
    }
    if (scaled && point.lr > 0.35 * limit) return {"scale_floor", 60, 0.5, std::ldexp(1.0, -14)};
    if (point.lr < 2e-4 * (point.format == "e4m3" ? 20 : 1)) return {"stuck", -1, 2.3, scaled ? 65536.0 : 1.0};
    const double loss = 2.3 * std::exp(-point.lr / limit * 6) + 1e-4 * point.dimension;
    return {"trains", -1, loss, scaled ? std::ldexp(1.0, 8 + int(std::log2(1 + double(steps) * point.lr))) : 1};
}

inline std::string curve_json(const Point& point, const Outcome& outcome, std::int64_t steps) {
    halfstep::CurveSink sink;
    const NoSnapshot nothing;
    double scale = point.run == 2 ? 65536 : 1;
    for (std::int64_t step = 0; step < steps; ++step) {
        const double t = double(step) / double(steps);
        double loss = 2.3 * std::pow(std::max(1e-6, outcome.final_loss / 2.3), t);
        if (outcome.first_bad >= 0)
            loss = double(step) >= outcome.first_bad ? std::numeric_limits<double>::infinity()
                                                     : 2.3 * std::exp(16 * double(step) / (outcome.first_bad + 1));
        if (outcome.verdict == "scale_floor" && step % 2 == 0) scale = std::max(std::ldexp(1.0, -14), scale / 2);
        sink.step({step, false, {{"loss", loss * (1 + 0.05 * std::sin(double(step)))}, {"loss_scale", scale}}},
                  nothing);
    }
    std::vector<halfstep::Event> events;
    if (outcome.first_bad >= 0) {
        halfstep::Event event;
        event.kind = "overflow";
        event.step = std::int64_t(outcome.first_bad);
        event.sentence = "step " + std::to_string(event.step) +
                         ": on worker 0 the backward pass made w1[3] of gradient infinite: 812.5 × 96 = 78000 is "
                         "beyond fp16's largest value, 65504.";
        events.push_back(event);
    }
    return sink.json(events);
}

inline halfstep::SweepRow row_of(const halfstep::Sweep& sweep, const Point& point, const Outcome& outcome) {
    halfstep::SweepRow row{sweep.runs[point.run], point.seed, {}, outcome.verdict, {}, "0123456789abcdef"};
    for (std::size_t a = 0; a < sweep.axes.size(); ++a)
        for (const halfstep::SweepKey& key : sweep.axes[a].keys) row.at.push_back(key.values[point.at[a]].text);
    for (const std::string& metric : halfstep::row_metrics(sweep)) {
        if (outcome.verdict == "invalid")
            row.metrics.emplace_back();
        else if (metric == "first_bad_step")
            row.metrics.emplace_back(outcome.first_bad);
        else if (metric == "final_loss")
            row.metrics.emplace_back(outcome.final_loss);
        else if (metric == "final_loss_scale" || metric == "min_loss_scale")
            row.metrics.emplace_back(outcome.final_scale);
        else
            row.metrics.emplace_back(0.5);
    }
    return row;
}

// May change a row or, by returning false, leave it out.
using ChangeRow = std::function<bool(halfstep::SweepRow&, std::int64_t index)>;

inline void write_sweep(
    const std::filesystem::path& results_folder, const halfstep::Experiment& experiment,
    std::vector<halfstep::BoundaryRow> boundaries = {},
    const ChangeRow& change = [](halfstep::SweepRow&, std::int64_t) { return true; }) {
    const halfstep::Sweep& sweep = *experiment.sweep;
    halfstep::SweepResults results{experiment, halfstep::build_info(), 0, true, "digest", {}, std::move(boundaries)};
    std::string rows = halfstep::sweep_rows_header(sweep), curves;
    const std::int64_t steps = experiment.runs.front().steps;
    for (std::int64_t index = 0; index < sweep.size; ++index) {
        Point point;
        auto rest = std::size_t(index);
        point.seed = sweep.seeds[rest % sweep.seeds.size()];
        rest /= sweep.seeds.size();
        point.at.resize(sweep.axes.size());
        for (std::size_t a = sweep.axes.size(); a-- > 0; rest /= sweep.axes[a].size())
            point.at[a] = rest % sweep.axes[a].size();
        point.run = rest;
        for (std::size_t a = 0; a < sweep.axes.size(); ++a)
            for (const halfstep::SweepKey& key : sweep.axes[a].keys) {
                const halfstep::SweepValue& value = key.values[point.at[a]];
                if (key.key == "optimizer.lr") point.lr = value.position;
                if (key.key == "model.dimension") point.dimension = value.position;
                if (key.key == "precision.weight") point.format = value.text;
            }
        const Outcome outcome = outcome_of(point, steps);
        halfstep::SweepRow row = row_of(sweep, point, outcome);
        if (!change(row, index)) {
            results.complete = false;
            continue;
        }
        rows += halfstep::sweep_row_text(row);
        if (sweep.curves && outcome.verdict != "invalid")
            curves += "{\"row\":" + std::to_string(results.rows) + "," + curve_json(point, outcome, steps);
        ++results.verdicts[row.verdict];
        ++results.rows;
    }
    const std::filesystem::path folder = halfstep::sweep_folder(results_folder);
    std::filesystem::create_directories(folder);
    halfstep::write_file(folder / "runs.csv", rows);
    if (!curves.empty()) halfstep::write_file(folder / "curves.jsonl", curves);
    if (!sweep.boundaries.empty()) halfstep::write_file(folder / "boundary.csv", boundary_csv_text(results));
    halfstep::write_file(folder / "sweep.json", sweep_json_text(results));
}

// A search along "optimizer.lr" at every value of one axis ("model.dimension"), its theory 2 / dimension.
inline halfstep::BoundarySearch search(bool swept, const std::vector<std::uint64_t>& seeds) {
    halfstep::BoundarySearch search;
    search.name = "boundary";
    search.key = axis("optimizer.lr", halfstep::AxisScale::logarithmic, {1e-4, 10}).keys.front();
    search.swept = swept;
    search.holds = "trains";
    search.seeds = seeds;
    search.theory = "2 / dimension";
    return search;
}

inline std::vector<halfstep::BoundaryRow> boundary_rows(const halfstep::Sweep& sweep) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<halfstep::BoundaryRow> rows;
    std::size_t dimension = sweep.axes.size();
    for (std::size_t a = 0; a < sweep.axes.size(); ++a)
        if (sweep.axes[a].keys.front().key == "model.dimension") dimension = a;
    if (dimension == sweep.axes.size()) return rows;
    for (const halfstep::BoundarySearch& search : sweep.boundaries)
        for (std::size_t run = 0; run < sweep.runs.size(); ++run)
            for (std::size_t i = 0; i < sweep.axes[dimension].size(); ++i)
                for (const std::uint64_t seed : search.seeds) {
                    Point point;
                    point.run = run;
                    point.seed = seed;
                    point.dimension = sweep.axes[dimension].keys.front().values[i].position;
                    const double limit = limit_of(point) * (run == 2 ? 0.35 : 1);
                    halfstep::BoundaryRow row{search.name,   sweep.runs[run],    seed, {},
                                              limit * 0.995, limit * 1.005,      9,    true,
                                              nan,           2 / point.dimension};
                    for (std::size_t a = 0; a < sweep.axes.size(); ++a)
                        for (const halfstep::SweepKey& key : sweep.axes[a].keys)
                            row.at.push_back(a == dimension                              ? key.values[i].text
                                             : search.swept && key.key == search.key.key ? ""
                                                                                         : key.values.front().text);
                    if (run == 1 && i == 2 && seed == search.seeds.front()) {
                        row.monotone = false;
                        row.again_at = limit * 3;
                    }
                    rows.push_back(row);
                }
    return rows;
}

}  // namespace synthetic
