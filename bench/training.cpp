// Whole training steps of scenarios, without and with a trace.
#include <benchmark/benchmark.h>

#include <string>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "run/built_run.hpp"

namespace {

using namespace halfstep;

RunSpec spec_of(const std::string& text) {
    return parse_scenario(text, "bench.toml", builtin_catalogue()).runs.front();
}

// After 200 steps, so that 1-bit Adam compresses.
void steps(benchmark::State& state, const std::string& text) {
    BuiltRun run(spec_of(text), 1);
    for (int t = 0; t < 200; ++t) run.step();
    for (auto _ : state) run.step();
    state.SetItemsProcessed(state.iterations());
}

struct NoSink final : Sink {
    void step(const StepRecord&, const Snapshot&) override {}
};

// A run as a whole, without files; `every`: as run.trace_every.
void recorded(benchmark::State& state, const std::string& text, std::int64_t every) {
    RunSpec spec = spec_of(text);
    spec.steps = 2000;
    spec.trace_every = every;
    NoSink sink;
    for (auto _ : state) benchmark::DoNotOptimize(simulate(spec, 1, sink));
    state.SetItemsProcessed(state.iterations() * spec.steps);
}

std::string mlp(const std::string& preset, const std::string& scaler, const std::string& arithmetic = "emulated") {
    return R"(
title = "bench"
[model]
kind = "mlp"
layers = [2, 32, 32, 2]
activation = "tanh"
data = { kind = "spirals", samples = 256 }
[workers]
count = 4
batch = 64
[optimizer]
kind = "onebit_adam"
freeze_step = 100
[precision]
preset = ")" +
           preset + "\"\narithmetic = \"" + arithmetic + "\"\n[loss_scale]\nkind = \"" + scaler + "\"\n";
}

const char* const quadratic = R"(
title = "bench"
[model]
kind = "quadratic"
dimension = 1
[optimizer]
kind = "adam"
)";

BENCHMARK_CAPTURE(steps, fp16, mlp("fp16", "deepspeed"))->Name("mlp/fp16");
BENCHMARK_CAPTURE(steps, fp32, mlp("fp32", "none"))->Name("mlp/fp32");
BENCHMARK_CAPTURE(steps, fp16_pure, mlp("fp16_pure", "deepspeed"))->Name("mlp/fp16_pure");
BENCHMARK_CAPTURE(steps, binary64, mlp("fp32", "none", "binary64"))->Name("mlp/binary64");
BENCHMARK_CAPTURE(recorded, fp16, mlp("fp16", "deepspeed"), -1)->Name("mlp/fp16_recorded");
BENCHMARK_CAPTURE(recorded, fp16_traced, mlp("fp16", "deepspeed"), 0)->Name("mlp/fp16_traced");
BENCHMARK_CAPTURE(steps, quadratic, quadratic)->Name("quadratic/fp32");

}  // namespace
