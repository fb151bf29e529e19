// What can be said of a sweep before it is run: whether it can be, and how long it may take.
#include <algorithm>
#include <chrono>
#include <optional>

#include "halfstep/run/simulate.hpp"
#include "halfstep/run/theory.hpp"
#include "no_sink.hpp"
#include "sweep_run.hpp"

namespace halfstep {
namespace {

// Of each swept run the first point, the last, and the first with each value of each axis.
std::vector<SweepPoint> points_to_check(const SweepPlan& plan) {
    const Sweep& sweep = plan.sweep();
    std::vector<SweepPoint> points;
    for (std::size_t run = 0, index = 0; run < sweep.runs.size(); ++run) {
        const SweepPoint first = plan.point(std::int64_t(index));
        SweepPoint last = first;
        std::int64_t count = std::int64_t(sweep.seeds.size());
        for (std::size_t a = 0; a < sweep.axes.size(); ++a) {
            if (first.at[a] < 0) continue;
            count *= std::int64_t(sweep.axes[a].size());
            last.at[a] = int(sweep.axes[a].size()) - 1;
            for (std::size_t i = 1; i < sweep.axes[a].size(); ++i) {
                points.push_back(first);
                points.back().at[a] = int(i);
            }
        }
        points.push_back(first);
        points.push_back(last);
        index += std::size_t(count);
    }
    return points;
}

// The first point of a boundary search in each run that is searched.
std::vector<SweepPoint> first_searches(const SweepPlan& plan, std::size_t search) {
    std::vector<SweepPoint> points;
    for (std::int64_t i = 0; i < plan.searches(search); ++i) {
        SweepPoint point = plan.search_point(search, i);
        if (points.empty() || points.back().run != point.run) points.push_back(std::move(point));
    }
    return points;
}

// False, and why, where the run lacks a name of the theory, which then says nothing about it.
bool can_evaluate(const Scenario& scenario, std::size_t search, const SweepPoint& point,
                  std::optional<ScenarioError>& why) {
    const SweepPlan& plan = *scenario.sweep;
    const BoundarySearch& asked = plan.sweep().boundaries[search];
    const RunSpec spec = plan.spec(point, search, asked.key.values.front());
    try {
        evaluate_theory("boundary.theory", asked.theory,
                        theory_names(spec, plan.sweep(), texts_at(plan.sweep(), point)));
        return true;
    } catch (const SpecError& error) {
        if (!why) why = scenario.explain(error, spec.run);
        return false;
    }
}

double measured_seconds(RunSpec spec, std::uint64_t seed) {
    constexpr std::int64_t few = 200;
    const double all = double(spec.steps);
    spec.steps = std::min(spec.steps, few);
    std::erase_if(spec.injections, [&](const Injection& injection) { return injection.step >= spec.steps; });
    std::erase_if(spec.reload_at, [&](std::int64_t step) { return step >= spec.steps; });
    NoSink sink;
    const auto begin = std::chrono::steady_clock::now();
    const RunSummary summary = simulate(spec, seed, sink);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return seconds - summary.seconds + summary.seconds * all / double(spec.steps);
}

}  // namespace

void check_sweep(const Scenario& scenario) {
    const SweepPlan& plan = *scenario.sweep;
    const Sweep& sweep = plan.sweep();
    for (const SweepPoint& point : points_to_check(plan)) {
        const RunSpec spec = plan.spec(point);
        try {
            check_buildable(spec, point.seed);
            if (!sweep.theory.empty())
                evaluate_theory("sweep.theory", sweep.theory, theory_names(spec, sweep, texts_at(sweep, point)));
        } catch (const SpecError& error) {
            throw scenario.explain(error, sweep.runs[point.run]);
        }
    }
    for (std::size_t s = 0; s < sweep.boundaries.size(); ++s) {
        const BoundarySearch& search = sweep.boundaries[s];
        if (plan.searches(s) == 0) continue;
        std::optional<ScenarioError> unknown;
        bool theory = search.theory.empty();
        for (const SweepPoint& point : first_searches(plan, s)) try {
                for (const SweepValue& value : {search.key.values.front(), search.key.values.back()})
                    check_buildable(plan.spec(point, s, value), point.seed);
                theory = theory || can_evaluate(scenario, s, point, unknown);
            } catch (const SpecError& error) {
                throw scenario.explain(error, sweep.runs[point.run]);
            }
        if (!theory && unknown) throw *unknown;
    }
}

double estimate_seconds(const Scenario& scenario) {
    constexpr std::size_t most_points = 6;
    const SweepPlan& plan = *scenario.sweep;
    const std::int64_t points = std::min<std::int64_t>(plan.size(), most_points);
    double seconds = 0;
    for (std::int64_t i = 0; i < points; ++i) {
        const SweepPoint point = plan.point(points == 1 ? 0 : i * (plan.size() - 1) / (points - 1));
        seconds += measured_seconds(plan.spec(point), point.seed) / double(points);
    }
    return seconds * double(plan.size());
}

}  // namespace halfstep
