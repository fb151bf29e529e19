// Update rules and losses written as text, beside the built-in ones, and the way from text to a run.
#include <benchmark/benchmark.h>

#include <string>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "run/built_run.hpp"

namespace {

using namespace halfstep;

const std::string model = R"(
title = "bench"
[model]
kind = "quadratic"
dimension = 10000
max_curvature = 100
)";

const std::string built_in = model + "[optimizer]\nkind = \"adam\"\n";

const std::string text = model + R"(
[optimizer]
kind = "formula"
constants = { c1 = "1 - beta1", c2 = "1 - beta2", k1 = "1 - beta1^t", k2 = "1 - beta2^t" }
state = { m = 0, v = 0 }
update = """
m = beta1*m + c1*g
v = beta2*v + c2*g*g
w = w - lr*((m/k1) / (sqrt(v/k2) + eps))
"""
)";

const std::string network = R"(
title = "bench"
[model]
kind = "formula"
data = { kind = "spirals", samples = 256 }
loss = """
h = tanh(tanh(x @ W1 + b1) @ W2 + b2)
logits = h @ W3 + b3
mean(logsumexp(logits) - sum(logits*y, axis=1))
"""
[model.parameters]
W1 = { shape = [2, 32], uniform = 0.7 }
b1 = { shape = 32 }
W2 = { shape = [32, 32], uniform = 0.2 }
b2 = { shape = 32 }
W3 = { shape = [32, 2], uniform = 0.2 }
b3 = { shape = 2 }
[workers]
count = 4
batch = 64
)" + text.substr(text.find("[optimizer]"));

RunSpec spec_of(const std::string& scenario, const std::string& preset) {
    return parse_scenario(scenario + "[precision]\npreset = \"" + preset + "\"\n", "bench.toml", builtin_catalogue())
        .runs.front();
}

void steps(benchmark::State& state, const std::string& scenario, const std::string& preset) {
    BuiltRun run(spec_of(scenario, preset), 1);
    for (int t = 0; t < 20; ++t) run.step();
    for (auto _ : state) run.step();
    state.SetItemsProcessed(state.iterations());
}

void build(benchmark::State& state, const std::string& scenario) {
    for (auto _ : state) {
        const BuiltRun run(spec_of(scenario, "fp16"), 1);
        benchmark::DoNotOptimize(&run);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(steps, built_in_fp32, built_in, "fp32")->Name("adam_step/built_in_fp32");
BENCHMARK_CAPTURE(steps, formula_fp32, text, "fp32")->Name("adam_step/formula_fp32");
BENCHMARK_CAPTURE(steps, built_in_fp16, built_in, "fp16_pure")->Name("adam_step/built_in_fp16_pure");
BENCHMARK_CAPTURE(steps, formula_fp16, text, "fp16_pure")->Name("adam_step/formula_fp16_pure");
BENCHMARK_CAPTURE(build, network, network)->Name("build/formula");

}  // namespace
