#include "sweep_run.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <thread>

#include "halfstep/run/boundary_search.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/run/theory.hpp"
#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/curve_sink.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/run_file.hpp"
#include "halfstep/trace/sweep_rows.hpp"
#include "interruption.hpp"
#include "no_sink.hpp"
#include "run_queue.hpp"

namespace halfstep {
namespace {

// Passes a run on to two.
class TwoSinks final : public Sink {
public:
    TwoSinks(Sink& first, Sink& second) : first_(first), second_(second) {}
    void step(const StepRecord& record, const Snapshot& snapshot) override {
        first_.step(record, snapshot);
        second_.step(record, snapshot);
    }

private:
    Sink& first_;
    Sink& second_;
};

bool is_kept(const Sweep& sweep, const std::vector<std::string>& at) {
    const auto meets = [&](const std::vector<std::pair<std::string, std::string>>& point) {
        return std::all_of(point.begin(), point.end(), [&](const auto& asked) {
            std::size_t i = 0;
            for (const SweepAxis& axis : sweep.axes)
                for (const SweepKey& key : axis.keys)
                    if (const std::string& text = at[i++]; key.key == asked.first && text == asked.second) return true;
            return false;
        });
    };
    return std::any_of(sweep.kept_series.begin(), sweep.kept_series.end(), meets);
}

std::size_t threads_for(const RunOptions& options, std::int64_t tasks) {
    const auto cores = std::max(1u, std::thread::hardware_concurrency());
    const auto wanted = options.jobs > 0 ? std::size_t(options.jobs) : cores;
    return std::size_t(std::clamp<std::int64_t>(tasks, 1, std::int64_t(wanted)));
}

// `work(worker)` on every thread; the first exception of any goes on after all have ended.
void on_threads(std::size_t threads, const std::function<void(std::size_t)>& work, const std::function<void()>& stop) {
    std::exception_ptr failure;
    std::mutex mutex;
    const auto guarded = [&](std::size_t worker) {
        try {
            work(worker);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
            stop();
        }
    };
    std::vector<std::thread> pool;
    for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(guarded, t);
    guarded(0);
    for (std::thread& t : pool) t.join();
    if (failure) std::rethrow_exception(failure);
}

class SweepRun {
public:
    SweepRun(const Scenario& scenario, SweepStore& store, const RunOptions& options)
        : scenario_(scenario), plan_(*scenario.sweep), sweep_(plan_.sweep()), store_(store), options_(options) {}

    SweepOutcome run() {
        std::vector<BoundaryRow> boundaries;
        bool searched = false;
        try {
            run_grid();
            if (!stop_requested && store_.journal().finished() == store_.share()) {
                read_grid_verdicts();
                boundaries = search_all();
                searched = !stop_requested;
            }
        } catch (const ResultError&) {
            keep_tables();
            throw;
        }
        SweepOutcome outcome{store_.finish(std::move(boundaries), searched), first_invalid_};
        write_theory();
        return outcome;
    }

    // A complete sweep keeps its runs when the file's theory is another: its values are made anew.
    void renew_theories() {
        std::vector<BoundaryRow> rows = store_.complete_before()->boundaries;
        std::size_t row = 0;  // in the order of search_all()
        for (std::size_t s = 0; s < sweep_.boundaries.size(); ++s)
            for (std::int64_t p = 0; p < plan_.searches(s) && row < rows.size(); ++p, ++row)
                rows[row].theory = theory_at(plan_.search_point(s, p), s, rows[row].at);
        store_.replace_boundaries(std::move(rows));
    }

private:
    // What is finished stays readable, where the disk still takes it.
    void keep_tables() {
        try {
            store_.finish({}, false);
        } catch (const ResultError&) {
        }
    }

    // The curve a scenario draws over its diagrams: by the first axis, the others at their first value.
    void write_theory() const {
        if (sweep_.theory.empty() || sweep_.axes.empty()) return;
        const SweepKey& key = sweep_.axes.front().keys.front();
        SweepPoint point = plan_.point(0);
        std::string text;
        append_csv_field(text, key.key);
        text += ",theory\n";
        for (std::size_t i = 0; i < key.values.size(); ++i) {
            if (point.at[0] >= 0) point.at[0] = int(i);
            append_csv_field(text, key.values[i].text);
            append_number(text += ',',
                          evaluate_theory("sweep.theory", sweep_.theory,
                                          theory_names(plan_.spec(point), sweep_, texts_at(sweep_, point))));
            text += '\n';
        }
        write_file(store_.theory_file(), text);
    }

    void run_grid() {
        SweepJournal& journal = store_.journal();
        const Shard shard = store_.shard();
        const std::int64_t left = store_.share() - journal.finished();
        if (left == 0) return;
        // An average where runs differ in length; the display needs no more.
        steps_a_run_ = std::max<std::int64_t>(1, std::int64_t(plan_.steps() / double(plan_.size())));
        const std::size_t threads = threads_for(options_, left);
        RunQueue queue(journal, shard, plan_.size());
        // What is running, by its number in the display, which does not know of runs made earlier.
        std::map<std::size_t, std::int64_t> running;
        std::mutex running_mutex;
        const auto item_at = [&](std::size_t item) {
            const std::lock_guard lock(running_mutex);
            const auto found = running.find(item);
            if (found == running.end()) return WorkItem{sweep_.runs.front(), sweep_.seeds.front(), steps_a_run_};
            const SweepPoint point = plan_.point(found->second);
            return WorkItem{sweep_.runs[point.run], point.seed, steps_a_run_};
        };
        Progress progress(options_.progress, scenario_.experiment.name,
                          WorkList(std::size_t(left), left * steps_a_run_, item_at), threads);
        std::atomic<std::size_t> begun = 0;
        on_threads(
            threads,
            [&](std::size_t worker) {
                while (const auto index = queue.take()) {
                    const std::size_t item = begun++;
                    {
                        const std::lock_guard lock(running_mutex);
                        running.emplace(item, *index);
                    }
                    RunSummary summary;
                    std::atomic<std::int64_t>& steps = progress.begin(worker, item);
                    const auto entry = run_one(*index, steps, summary);
                    if (entry) {
                        journal.add(*entry);
                        queue.finished();
                    }
                    progress.end(worker, item, summary);
                    if (entry) progress.count(last_verdict(*entry));
                    const std::lock_guard lock(running_mutex);
                    running.erase(item);
                }
            },
            [&] { queue.stop(); });
    }

    std::string last_verdict(const SweepJournal::Entry& entry) const { return verdict_in_row(sweep_, entry.row); }

    // Nothing where it was interrupted.
    std::optional<SweepJournal::Entry> run_one(std::int64_t index, std::atomic<std::int64_t>& steps,
                                               RunSummary& summary) {
        const SweepPoint point = plan_.point(index);
        SweepJournal::Entry entry{index, {}, {}};
        std::vector<std::string> at = texts_at(sweep_, point);
        RunSpec spec;
        try {
            spec = plan_.spec(point);
            std::unique_ptr<RunFile> file;
            CurveSink curve;
            NoSink none;
            if (is_kept(sweep_, at)) {
                std::filesystem::create_directories(store_.series_file(index).parent_path());
                file = std::make_unique<RunFile>(store_.series_file(index), RunId{spec.run, point.seed});
            }
            Sink& kept = file ? static_cast<Sink&>(*file) : none;
            TwoSinks both(curve, kept);
            summary =
                simulate(spec, point.seed, sweep_.curves ? static_cast<Sink&>(both) : kept, &stop_requested, &steps);
            if (summary.interrupted) return std::nullopt;
            if (file) file->keep();
            if (sweep_.curves) entry.curve = curve.json(summary.events);
        } catch (const SpecError& error) {
            note_invalid(index, scenario_.explain(error, sweep_.runs[point.run]).what());
            summary = {sweep_.runs[point.run], point.seed, 0, false, {}, {}, ""};
        } catch (const ScenarioError& error) {
            note_invalid(index, error.what());
            summary = {sweep_.runs[point.run], point.seed, 0, false, {}, {}, ""};
        }
        SweepRow row = make_row(sweep_, summary, std::move(at));
        if (summary.digest.empty()) row.verdict = "invalid";
        entry.row = sweep_row_text(row);
        return entry;
    }

    // Of the first by index, whichever thread meets one first.
    void note_invalid(std::int64_t index, const std::string& why) {
        const std::lock_guard lock(mutex_);
        if (index >= first_invalid_index_) return;
        first_invalid_index_ = index;
        first_invalid_ = why;
    }

    // Searches on an axis of the grid know what its runs were called; those of a shard, what its own runs were.
    void read_grid_verdicts() {
        if (std::none_of(sweep_.boundaries.begin(), sweep_.boundaries.end(),
                         [](const BoundarySearch& search) { return search.swept; }))
            return;
        grid_verdicts_.resize(std::size_t(plan_.size()));
        JournalReader reader(store_.journal().path());
        while (const auto entry = reader.next())
            grid_verdicts_.at(std::size_t(entry->index)) = number_of(verdict_in_row(sweep_, entry->row));
    }

    std::uint8_t number_of(const std::string& verdict) {
        const auto found = std::find(verdict_names_.begin(), verdict_names_.end(), verdict) - verdict_names_.begin();
        if (std::size_t(found) == verdict_names_.size()) verdict_names_.push_back(verdict);
        return std::uint8_t(found);
    }

    std::vector<BoundaryRow> search_all() {
        struct Task {
            std::size_t search;
            std::int64_t point;
        };
        std::vector<Task> tasks;
        std::int64_t n = 0;
        for (std::size_t s = 0; s < sweep_.boundaries.size(); ++s)
            for (std::int64_t p = 0; p < plan_.searches(s); ++p)
                if (n++ % store_.shard().count == store_.shard().index) tasks.push_back({s, p});
        std::vector<BoundaryRow> rows(tasks.size());
        if (tasks.empty()) return rows;
        const std::size_t threads = threads_for(options_, std::int64_t(tasks.size()));
        std::vector<WorkItem> items;
        for (const Task& task : tasks) {
            const SweepPoint point = plan_.search_point(task.search, task.point);
            items.push_back({sweep_.boundaries[task.search].name + " of " + sweep_.runs[point.run], point.seed, 1});
        }
        Progress progress(options_.progress, scenario_.experiment.name, std::move(items), threads);
        std::atomic<std::size_t> next = 0;
        std::atomic<bool> stopped = false;
        on_threads(
            threads,
            [&](std::size_t worker) {
                for (std::size_t i = next++; i < tasks.size() && !stop_requested && !stopped; i = next++) {
                    std::atomic<std::int64_t>& steps = progress.begin(worker, i);
                    if (auto row = search_one(tasks[i].search, tasks[i].point)) rows[i] = std::move(*row);
                    steps = 1;
                    RunSummary summary;
                    summary.interrupted = stop_requested;
                    progress.end(worker, i, summary);
                }
            },
            [&] { stopped = true; });
        if (stop_requested) rows.clear();
        return rows;
    }

    struct Interrupted {};

    std::optional<BoundaryRow> search_one(std::size_t s, std::int64_t p) {
        const BoundarySearch& search = sweep_.boundaries[s];
        const SweepPoint point = plan_.search_point(s, p);
        BoundaryRow row{search.name, sweep_.runs[point.run], point.seed, texts_at(sweep_, point), 0, 0, 0, true, 0,
                        NAN};
        if (search.swept) row.at[column_of(search.key.key)].clear();
        const auto holds = [&](const SweepValue& value) {
            const auto in_grid = grid_index(s, point, value);
            if (in_grid)
                if (const std::string& known = verdict_names_[grid_verdicts_[std::size_t(*in_grid)]]; !known.empty())
                    return known == search.holds;
            // Shards make runs of each other's grids again; the whole sweep does not, and they are not counted.
            if (!in_grid) ++row.runs;
            const SweepJournal::Probe probe{s, p, value.text};
            if (const auto known = store_.journal().probed(probe)) return *known == search.holds;
            const std::string verdict = verdict_at(point, s, value);
            store_.journal().add(probe, verdict);
            return verdict == search.holds;
        };
        try {
            const BoundaryAnswer answer = search_boundary(search, holds);
            row.value = answer.value, row.fails_at = answer.fails_at;
            row.monotone = answer.monotone, row.again_at = answer.again_at;
        } catch (const Interrupted&) {
            return std::nullopt;
        }
        row.theory = theory_at(point, s, row.at);
        return row;
    }

    // NaN where the run lacks a name that the theory speaks of, or cannot be made; check_sweep() saw that some can.
    double theory_at(const SweepPoint& point, std::size_t s, const std::vector<std::string>& at) const {
        const BoundarySearch& search = sweep_.boundaries[s];
        if (search.theory.empty()) return NAN;
        try {
            return evaluate_theory("boundary.theory", search.theory,
                                   theory_names(plan_.spec(point, s, search.key.values.front()), sweep_, at));
        } catch (const SpecError&) {
        } catch (const ScenarioError&) {
        }
        return NAN;
    }

    std::size_t column_of(const std::string& key) const {
        const std::vector<std::string> keys = key_names(sweep_);
        return std::size_t(std::find(keys.begin(), keys.end(), key) - keys.begin());
    }

    // The run of the grid that answers for the value.
    std::optional<std::int64_t> grid_index(std::size_t s, SweepPoint point, const SweepValue& value) const {
        const int axis = plan_.axis_of(s);
        if (axis < 0) return std::nullopt;
        const auto& values = sweep_.boundaries[s].key.values;
        const auto found = std::find(values.begin(), values.end(), value);
        const bool same_seed = std::find(sweep_.seeds.begin(), sweep_.seeds.end(), point.seed) != sweep_.seeds.end();
        if (found == values.end() || !same_seed) return std::nullopt;
        point.at[std::size_t(axis)] = int(found - values.begin());
        return plan_.index(point);
    }

    std::string verdict_at(const SweepPoint& point, std::size_t s, const SweepValue& value) {
        try {
            NoSink sink;
            const RunSummary summary = simulate(plan_.spec(point, s, value), point.seed, sink, &stop_requested);
            if (summary.interrupted) throw Interrupted{};
            return verdict_of(sweep_, summary);
        } catch (const SpecError& error) {
            note_invalid(plan_.size(), scenario_.explain(error, sweep_.runs[point.run]).what());
        } catch (const ScenarioError& error) {
            note_invalid(plan_.size(), error.what());
        }
        return "invalid";
    }

    const Scenario& scenario_;
    const SweepPlan& plan_;
    const Sweep& sweep_;
    SweepStore& store_;
    const RunOptions& options_;
    std::int64_t steps_a_run_ = 1;
    std::vector<std::uint8_t> grid_verdicts_;        // a byte a run
    std::vector<std::string> verdict_names_ = {""};  // what they mean; 0: another shard's run
    std::string first_invalid_;
    std::int64_t first_invalid_index_ = std::numeric_limits<std::int64_t>::max();
    std::mutex mutex_;
};

}  // namespace

SweepOutcome run_sweep(const Scenario& scenario, SweepStore& store, const RunOptions& options) {
    if (store.complete_before()) {
        SweepRun(scenario, store, options).renew_theories();
        return {*store.complete_before(), ""};
    }
    return SweepRun(scenario, store, options).run();
}

}  // namespace halfstep
