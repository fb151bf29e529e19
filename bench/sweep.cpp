// What a sweep costs beside its runs: 1,024 runs of 500 steps of a quadratic, simulated one after the other, and as a
// sweep with its journal and tables, on one thread and on two.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>

#include "commands.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/trace/curve_sink.hpp"
#include "input.hpp"

namespace {

using namespace halfstep;

constexpr int runs = 1024;

std::filesystem::path folder() {
    return std::filesystem::temp_directory_path() / "halfstep-bench-sweep";
}

std::string file() {
    std::filesystem::create_directories(folder());
    const std::string path = (folder() / "grid.toml").string();
    std::ofstream(path) << "title = \"A grid\"\n"
                           "[model]\nkind = \"quadratic\"\ndimension = 16\nmax_curvature = 10.0\n"
                           "[optimizer]\nkind = \"momentum\"\nlr = 0.005\n"
                           "[run]\nsteps = 500\n"
                           "[sweep]\n\"optimizer.lr\" = { log = [1e-3, 1], points = 32 }\n"
                           "\"optimizer.momentum\" = { linear = [0, 0.99], points = 32 }\n";
    return path;
}

void runs_alone(benchmark::State& state) {
    const Scenario scenario = load_checked(file(), {}, "");
    std::vector<RunSpec> specs;
    for (std::int64_t i = 0; i < scenario.sweep->size(); ++i)
        specs.push_back(scenario.sweep->spec(scenario.sweep->point(i)));
    for (auto _ : state)
        for (const RunSpec& spec : specs) {
            CurveSink curve;
            benchmark::DoNotOptimize(simulate(spec, 1, curve));
        }
    state.SetItemsProcessed(state.iterations() * runs);
}

void as_a_sweep(benchmark::State& state) {
    RunOptions options;
    options.files = {file()};
    options.out = (folder() / "results").string();
    options.jobs = static_cast<int>(state.range(0));
    options.report = false;
    options.quiet = true;
    options.progress = ProgressMode::none;
    options.shard = "1/1";
    for (auto _ : state) benchmark::DoNotOptimize(run_command(options));
    state.SetItemsProcessed(state.iterations() * runs);
    std::filesystem::remove_all(folder());
}

BENCHMARK(runs_alone)->Name("sweep/runs_alone")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(as_a_sweep)->Name("sweep/one_thread")->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(as_a_sweep)->Name("sweep/two_threads")->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
