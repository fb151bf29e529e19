// halfstep run: every variant and seed of every scenario, one run a thread.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <thread>

#include "commands.hpp"
#include "event_lines.hpp"
#include "halfstep/report/figures.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/report/verdict.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/store.hpp"
#include "input.hpp"

namespace halfstep {

std::atomic<bool> stop_requested = false;

namespace {

// Runs what is not finished yet. The results do not depend on the number of threads: each run is a
// function of its specification and seed alone.
void run_all(const Experiment& experiment, Store& store, const RunOptions& options) {
    struct Task {
        const RunSpec* spec;
        std::uint64_t seed;
    };
    std::vector<Task> tasks;
    for (const RunSpec& spec : experiment.runs)
        for (std::uint64_t seed : experiment.seeds)
            if (!store.finished(spec.run, seed)) tasks.push_back({&spec, seed});

    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::exception_ptr failure;
    std::mutex mutex;
    std::size_t done = 0;
    auto work = [&] {
        for (std::size_t i = next++; i < tasks.size() && !stop_requested && !failed; i = next++) {
            try {
                auto file = store.begin(tasks[i].spec->run, tasks[i].seed);
                RunSummary summary = simulate(*tasks[i].spec, tasks[i].seed, *file, &stop_requested);
                const RunSummary copy = summary;
                store.commit(std::move(file), std::move(summary));
                const std::lock_guard lock(mutex);
                ++done;
                if (!options.quiet && !copy.interrupted)
                    std::fprintf(stderr, "  [%zu/%zu] %s, seed %llu: %lld steps in %.2f s\n", done, tasks.size(),
                                 copy.run.c_str(), static_cast<unsigned long long>(copy.seed),
                                 static_cast<long long>(copy.steps), copy.seconds);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failed.exchange(true)) failure = std::current_exception();
            }
        }
    };
    const auto cores = std::max(1u, std::thread::hardware_concurrency());
    const auto threads = std::min<std::size_t>(options.jobs > 0 ? std::size_t(options.jobs) : cores, tasks.size());
    std::vector<std::thread> pool;
    for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(work);
    work();
    for (std::thread& t : pool) t.join();
    if (failure) std::rethrow_exception(failure);
}

const char* mark(Outcome outcome) {
    switch (outcome) {
        case Outcome::held:
            return "held  ";
        case Outcome::failed:
            return "FAILED";
        default:
            return "open  ";
    }
}

void print_title(const Experiment& experiment) {
    std::printf("%s: %s\n", experiment.name.c_str(), experiment.title.c_str());
    std::fflush(stdout);
}

void print_verdicts(const std::vector<Verdict>& verdicts, bool quiet) {
    for (const Verdict& v : verdicts) {
        // An interruption leaves most of them open; the count below says how many.
        if ((stop_requested && v.outcome == Outcome::not_judged) || (quiet && v.outcome == Outcome::held)) continue;
        std::printf("  %s  %s\n", mark(v.outcome), v.sentence.c_str());
    }
    if (!verdicts.empty()) std::printf("  %s\n", describe(count(verdicts)).c_str());
}

int run_one(const Scenario& scenario, const RunOptions& options) {
    const Experiment& experiment = scenario.experiment;
    if (!options.quiet) print_title(experiment);
    Store store(options.out, experiment, options.resume);
    if (!options.quiet)
        for (const std::string& note : lost_constants(experiment)) std::fprintf(stderr, "  note: %s\n", note.c_str());
    if (options.resume && !options.quiet)
        std::fprintf(stderr, "  %zu finished runs are kept, %zu of other settings or seeds are dropped\n", store.kept(),
                     store.to_be_dropped());
    run_all(experiment, store, options);
    const Results results = store.finish();
    const bool interrupted = stop_requested;
    const std::vector<Verdict> verdicts = judge(experiment, results.summaries);
    const bool silent = options.quiet && all_held(verdicts, interrupted);
    if (!silent) {
        if (options.quiet) print_title(experiment);
        print_verdicts(verdicts, options.quiet);
        for (const std::string& line : event_lines(results.summaries, store.folder() / "events.csv"))
            std::printf("%s\n", line.c_str());
    }
    if (!results.summaries.empty()) {
        if (options.figures)
            for (const auto& path : write_figures(store.folder())) std::printf("  figure: %s\n", path.string().c_str());
        if (options.report) {
            write_report(store.folder());
            write_index(options.out);
            if (!silent) std::printf("  report: %s\n", (store.folder() / "report.html").string().c_str());
        }
    }
    if (interrupted) {
        std::fprintf(stderr, "interrupted: %zu of %zu runs are finished and kept; go on with --resume\n",
                     results.summaries.size(), results.summaries.size() + results.missing.size());
        return 3;
    }
    return all_held(verdicts, false) ? 0 : 1;
}

}  // namespace

int run_command(const RunOptions& options) {
    std::vector<Scenario> scenarios;
    std::set<std::string> names;
    for (const std::string& file : options.files) {
        scenarios.push_back(load_checked(file, options.set, options.seeds));
        const std::string& name = scenarios.back().experiment.name;
        if (const auto why = refuse_folder_name(name))
            throw InputError(file + ": the results folder would be called \"" + name + "\", which " + *why);
        if (!names.insert(name).second)
            throw InputError(file + ": another scenario of this call is called \"" + name +
                             "\" too; both would write " + (std::filesystem::path(options.out) / name).string());
    }
    int status = 0;
    for (const Scenario& scenario : scenarios) {
        status = std::max(status, run_one(scenario, options));
        if (stop_requested) return 3;
    }
    return status;
}

}  // namespace halfstep
