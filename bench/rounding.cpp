// The rounding kernel over an array that stays in the first-level cache, beside a copy of it.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "halfstep/format/arrays.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/format/round.hpp"

namespace {

using namespace halfstep;

// Normal, subnormal and overflowing values of fp16, of both signs.
std::vector<float> spread_values(int n) {
    const RandomStream random(1, "bench");
    std::vector<float> x;
    for (int i = 0; i < n; ++i)
        x.push_back(static_cast<float>(random.normal(0, 0, std::uint32_t(i)) *
                                       std::ldexp(1.0, int(random.below(40, 0, 1, std::uint32_t(i))) - 25)));
    return x;
}

void run(benchmark::State& state, const std::string& format) {
    const std::vector<float> x = spread_values(2048);
    std::vector<float> y(x.size());
    const Rounding rounding = rounding_to(format);
    for (auto _ : state) {
        round(rounding, x, y);
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t(x.size()));
}

void one_at_a_time(benchmark::State& state) {
    const std::vector<float> x = spread_values(2048);
    std::vector<float> y(x.size());
    const Rounding rounding = rounding_to("fp16");
    for (auto _ : state) {
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = float(round_to(rounding, double(x[i])));
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t(x.size()));
}

BENCHMARK_CAPTURE(run, copy, "fp32")->Name("round/copy");
BENCHMARK_CAPTURE(run, fp16, "fp16")->Name("round/fp16");
BENCHMARK_CAPTURE(run, bf16, "bf16")->Name("round/bf16");
BENCHMARK_CAPTURE(run, tf32, "tf32")->Name("round/tf32");
BENCHMARK_CAPTURE(run, fp8_e4m3, "fp8_e4m3")->Name("round/fp8_e4m3");
BENCHMARK_CAPTURE(run, e6m5, "e6m5")->Name("round/e6m5");
BENCHMARK(one_at_a_time)->Name("round/one_at_a_time");

}  // namespace
