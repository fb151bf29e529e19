// halfstep run: every variant and seed of every scenario, one run a thread.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <thread>

#include "bits_check.hpp"
#include "commands.hpp"
#include "config_input.hpp"
#include "event_lines.hpp"
#include "events_json.hpp"
#include "halfstep/report/figures.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/report/sweep_verdict.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/store.hpp"
#include "input.hpp"
#include "interruption.hpp"
#include "loss_curve.hpp"
#include "shard_choice.hpp"
#include "sweep_lines.hpp"
#include "sweep_run.hpp"
#include "text_layout.hpp"
#include "verdict_table.hpp"

namespace halfstep {

namespace {

// Runs what is not finished yet. The results do not depend on the number of threads: each run is a
// function of its specification and seed alone.
// Of several shards each takes every n-th.
void run_all(const Experiment& experiment, Store& store, BitsCheck& bits, const Shard& shard,
             const RunOptions& options) {
    struct Task {
        const RunSpec* spec;
        std::uint64_t seed;
    };
    std::vector<Task> tasks;
    std::vector<WorkItem> items;
    std::int64_t n = 0;
    for (const RunSpec& spec : experiment.runs)
        for (std::uint64_t seed : experiment.seeds) {
            if (n++ % shard.count != shard.index) continue;
            if (store.finished(spec.run, seed)) continue;
            tasks.push_back({&spec, seed});
            items.push_back({spec.run, seed, spec.steps});
        }
    const auto cores = std::max(1u, std::thread::hardware_concurrency());
    const auto threads = std::min<std::size_t>(options.jobs > 0 ? std::size_t(options.jobs) : cores, tasks.size());

    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::exception_ptr failure;
    std::mutex mutex;
    Progress progress(options.progress, experiment.name, std::move(items), threads);
    auto work = [&](std::size_t worker) {
        for (std::size_t i = next++; i < tasks.size() && !stop_requested && !failed; i = next++) {
            try {
                auto file = store.begin(tasks[i].spec->run, tasks[i].seed);
                std::atomic<std::int64_t>& steps_done = progress.begin(worker, i);
                RunSummary summary = bits.simulate(*tasks[i].spec, tasks[i].seed, *file, &stop_requested, &steps_done);
                const RunSummary copy = summary;
                store.commit(std::move(file), std::move(summary));
                progress.end(worker, i, copy);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failed.exchange(true)) failure = std::current_exception();
            }
        }
    };
    std::vector<std::thread> pool;
    for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(work, t);
    work(0);
    for (std::thread& t : pool) t.join();
    if (failure) std::rethrow_exception(failure);
}

void print_lines(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

void print_title(const Experiment& experiment, const Terminal& terminal) {
    const std::string title = printable(experiment.name + ": " + experiment.title);
    print_lines(terminal.interactive ? wrapped(title, terminal.columns) : std::vector{title});
    std::fflush(stdout);
}

void print_verdicts(const std::vector<Verdict>& verdicts, bool quiet, const Terminal& terminal) {
    std::vector<Verdict> shown;
    for (const Verdict& v : verdicts) {
        // An interruption leaves most of them open; the count below says how many.
        if ((stop_requested && v.outcome == Outcome::not_judged) || (quiet && v.outcome == Outcome::held)) continue;
        shown.push_back(v);
    }
    print_lines(verdict_lines(shown, terminal));
    if (!verdicts.empty()) std::printf("  %s\n", describe(count(verdicts)).c_str());
}

void print_notes(const Scenario& scenario, const Store& store, const RunOptions& options) {
    std::vector<std::string> notes = notes_of(scenario);
    if (options.resume)
        notes.push_back(std::to_string(store.kept()) + " finished runs are kept, " +
                        std::to_string(store.to_be_dropped()) + " of other settings or seeds are dropped");
    for (const std::string& note : notes) {
        if (options.progress == ProgressMode::json)
            write_note_event(scenario.experiment.name, note);
        else if (!options.quiet)
            std::fprintf(stderr, "  %s\n", note.c_str());
    }
}

// A line that does not fit goes on further in.
void print_events(std::span<const RunSummary> summaries, const std::filesystem::path& file, const Terminal& terminal) {
    for (const std::string& line : event_lines(summaries, file)) {
        const std::string text = printable(terminal.unicode ? line : in_ascii(line));
        const auto lines = terminal.interactive ? wrapped(text, terminal.columns - 4) : std::vector{text};
        for (std::size_t i = 0; i < lines.size(); ++i) std::printf("%s%s\n", i == 0 ? "  " : "    ", lines[i].c_str());
    }
}

// What happened, then what was expected: the curve, the events, then the verdicts.
void print_results(const Results& results, const std::vector<Verdict>& verdicts, const std::filesystem::path& folder,
                   const RunOptions& options, const Terminal& terminal) {
    const bool curve =
        options.curve == When::always || (options.curve == When::automatic && terminal.interactive && !options.quiet);
    if (curve && !results.summaries.empty()) print_lines(loss_curve(folder, results, terminal));
    if (options.quiet && all_held(verdicts, stop_requested)) return;
    print_events(results.summaries, folder / "events.csv", terminal);
    print_verdicts(verdicts, options.quiet, terminal);
}

void print_sweep(const SweepOutcome& swept, const Terminal& terminal) {
    for (const std::string& line : sweep_lines(swept.results)) {
        const std::string text = printable(terminal.unicode ? line : in_ascii(line));
        print_lines(terminal.interactive ? wrapped(text, terminal.columns) : std::vector{text});
    }
}

void tell_interruption(const Results& results, const std::optional<SweepOutcome>& swept) {
    std::size_t finished = results.summaries.size(), asked = finished + results.missing.size();
    if (const auto& sweep = results.experiment.sweep) asked += std::size_t(sweep->size);
    if (swept) finished += std::size_t(swept->results.rows);
    std::fprintf(stderr, "interrupted: %zu of %zu runs are finished and kept; go on with --resume\n", finished, asked);
}

// Runs that could not be made, whichever attempt met them; the reason is known where it was this one.
bool tell_invalid(const SweepOutcome& swept) {
    const auto& verdicts = swept.results.verdicts;
    const auto invalid = verdicts.find("invalid");
    if (invalid == verdicts.end() && swept.first_invalid.empty()) return false;
    std::fprintf(stderr, "%lld runs of the sweep could not be made%s%s\n",
                 static_cast<long long>(invalid == verdicts.end() ? 0 : invalid->second),
                 swept.first_invalid.empty() ? "" : "; the first: ", swept.first_invalid.c_str());
    return true;
}

// A share has no verdicts and no page: the rest is on other machines.
int finish_shard(const std::filesystem::path& folder, const Experiment& experiment, const Shard& shard,
                 const RunOptions& options) {
    if (stop_requested) {
        std::fprintf(stderr, "interrupted: what is finished of this shard is kept; go on with --resume\n");
        return 3;
    }
    if (!options.quiet)
        std::printf("  %s: finished; when all %lld shards are: halfstep merge %s.shard-*-of-%lld\n",
                    folder.string().c_str(), static_cast<long long>(shard.count),
                    (std::filesystem::path(options.out) / experiment.name).string().c_str(),
                    static_cast<long long>(shard.count));
    return 0;
}

int run_one(const Scenario& scenario, const RunOptions& options) {
    const Experiment& experiment = scenario.experiment;
    const Terminal terminal = look_at_terminal(STDOUT_FILENO, options.color);
    const bool events = options.progress == ProgressMode::json;
    if (events) write_start_event(experiment);
    if (!options.quiet) print_title(experiment, terminal);
    const ShardChoice choice = scenario.sweep || !options.shard.empty() ? choose_shard(options.shard) : ShardChoice{};
    const Shard& shard = choice.shard;
    Store store(options.out, experiment, options.resume, shard_folder(experiment.name, shard));
    BitsCheck bits(experiment, options);
    print_notes(scenario, store, options);
    if (!shard.whole() && !options.quiet)
        std::printf("  shard %lld of %lld, by %s\n", static_cast<long long>(shard.index + 1),
                    static_cast<long long>(shard.count), choice.origin.c_str());
    run_all(experiment, store, bits, shard, options);
    const Results results = store.finish();
    std::optional<SweepOutcome> swept;
    if (scenario.sweep && !stop_requested) {
        SweepStore sweep_store(store.folder(), experiment, shard, options.resume);
        swept = run_sweep(scenario, sweep_store, options);
    }
    if (!shard.whole()) return finish_shard(store.folder(), experiment, shard, options);
    const std::vector<CheckedRun> checked = bits.verify(results);
    const bool interrupted = stop_requested;
    const std::vector<Verdict> verdicts = judge_all(experiment, results.summaries, store.folder());
    const bool silent = options.quiet && all_held(verdicts, interrupted) && all_same(checked);
    if (options.quiet && !silent) print_title(experiment, terminal);
    if (swept && !silent) print_sweep(*swept, terminal);
    print_results(results, verdicts, store.folder(), options, terminal);
    print_lines(check_lines(checked, options.quiet, terminal));
    if (const std::string file = bits.record(results); !file.empty() && !silent)
        std::printf("  reference: %s\n", file.c_str());
    std::string report;
    if (!results.summaries.empty()) {
        if (options.figures)
            for (const auto& path : write_figures(store.folder())) std::printf("  figure: %s\n", path.string().c_str());
        if (options.report) {
            write_report(store.folder());
            write_index(options.out);
            report = (store.folder() / "report.html").string();
            if (!silent) std::printf("  report: %s\n", report.c_str());
        }
    }
    std::fflush(stdout);
    if (events) {
        for (const Verdict& v : verdicts) write_verdict_event(experiment.name, v);
        for (const CheckedRun& run : checked) write_bits_event(experiment.name, run);
        write_finish_event(experiment.name, count(verdicts), interrupted, report);
    }
    if (interrupted) {
        if (!events) tell_interruption(results, swept);
        return 3;
    }
    if (swept && tell_invalid(*swept)) return 1;
    return all_held(verdicts, false) && all_same(checked) ? 0 : 1;
}

}  // namespace

int run_command(const RunOptions& asked) {
    RunOptions options = asked;
    options.progress = resolve(asked.progress, asked.quiet);
    check_writable("--out", options.out);
    if (!options.record_reference.empty()) check_writable("--record-reference", options.record_reference);
    std::vector<Scenario> scenarios;
    std::set<std::string> names;
    for (const std::string& file : options.files) {
        scenarios.push_back(load_checked(file, options.set, options.seeds, options.config));
        const std::string& name = scenarios.back().experiment.name;
        if (const auto why = refuse_folder_name(name))
            throw InputError(file + ": the results folder would be called \"" + name + "\", which " + *why);
        if (!names.insert(name).second)
            throw InputError(file + ": another scenario of this call is called \"" + name +
                             "\" too; both would write " + (std::filesystem::path(options.out) / name).string());
        const BitsCheck readable(scenarios.back().experiment, options);  // a damaged reference is said before any run
    }
    stop_on_signals();
    int status = 0;
    for (const Scenario& scenario : scenarios) {
        status = std::max(status, run_one(scenario, options));
        if (stop_requested) return 3;
    }
    return status;
}

}  // namespace halfstep
