// An Adam update and a matrix product as recorded programs, beside the same loops written out.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "halfstep/format/philox.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

namespace {

using namespace halfstep;

constexpr int elements = 4096, side = 128;

std::vector<double> normal_values(int n, const char* stream) {
    const RandomStream random(1, stream);
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(random.normal(0, 0, std::uint32_t(i)));
    return x;
}

// The formulas of sim/optim/adam.cpp without bias correction, the weights cast to `weight` after.
void adam(benchmark::State& state, const std::string& preset) {
    Builder b(1);
    const Shape shape{1, elements};
    const State g = b.state("gradient", shape, Role::gradient, normal_values(elements, "gradient"));
    const State m = b.state("exp_avg", shape, Role::exp_avg, {0.0});
    const State v = b.state("exp_avg_sq", shape, Role::exp_avg_sq, {0.0});
    const State master = b.state("master", shape, Role::master, normal_values(elements, "weight"));
    const State weight = b.state("weight", shape, Role::weight, {0.0});
    b.store(m, Role::update, b.hyper(0.9) * m + b.hyper(0.1) * g);
    b.store(v, Role::update, b.hyper(0.999) * v + (b.hyper(0.001) * g) * g);
    b.store(master, Role::update, master - b.hyper(1e-3) * (m / (sqrt(v) + b.hyper(1e-4))));
    b.store(weight, Role::weight, cast(master));
    const auto machine = make_emulated(b.program(), find_preset(preset)->make());
    for (auto _ : state) machine->step();
    state.SetItemsProcessed(state.iterations() * elements);
}

void adam_native(benchmark::State& state) {
    const std::vector<double> start = normal_values(elements, "weight"), gradient = normal_values(elements, "gradient");
    std::vector<float> w(start.begin(), start.end()), g(gradient.begin(), gradient.end()), m(elements), v(elements);
    for (auto _ : state) {
        for (int i = 0; i < elements; ++i) {
            m[i] = 0.9f * m[i] + 0.1f * g[i];
            v[i] = 0.999f * v[i] + (0.001f * g[i]) * g[i];
            w[i] = w[i] - 1e-3f * (m[i] / (std::sqrt(v[i]) + 1e-4f));
        }
        benchmark::DoNotOptimize(w.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * elements);
}

// The product of square matrices under a precision.
void product_under(benchmark::State& state, const Precision& precision, int side) {
    Builder b(1);
    const Shape shape{side, side};
    const State x = b.state("x", shape, Role::activation, normal_values(side * side, "x"));
    const State y = b.state("y", shape, Role::activation, normal_values(side * side, "y"));
    const State z = b.state("z", shape, Role::activation, {0.0});
    b.store(z, Role::activation, matmul(x, y));
    const auto machine = make_emulated(b.program(), precision);
    for (auto _ : state) machine->step();
    state.SetItemsProcessed(state.iterations() * side * side * side);
}
void matrix_product(benchmark::State& state, const std::string& preset) {
    product_under(state, find_preset(preset)->make(), side);
}
// By the general kernel.
void compensated_product(benchmark::State& state, SumOrder order) {
    Precision precision = find_preset("fp16_pure")->make();
    precision.summation.order = order;
    product_under(state, precision, 32);
}
void stochastic_product(benchmark::State& state) {
    Precision precision = find_preset("fp16_pure")->make();
    precision[Role::accumulator]->mode = RoundingMode::stochastic;
    product_under(state, precision, 32);
}

// Products in ascending k, lanes across columns: the order the emulator keeps.
void matrix_product_native(benchmark::State& state) {
    const std::vector<double> a = normal_values(side * side, "x"), c = normal_values(side * side, "y");
    const std::vector<float> x(a.begin(), a.end()), y(c.begin(), c.end());
    std::vector<float> z(side * side);
    for (auto _ : state) {
        std::fill(z.begin(), z.end(), 0.0f);
        for (int i = 0; i < side; ++i)
            for (int k = 0; k < side; ++k)
                for (int j = 0; j < side; ++j) z[i * side + j] += x[i * side + k] * y[k * side + j];
        benchmark::DoNotOptimize(z.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * side * side * side);
}

BENCHMARK(adam_native)->Name("adam/native");
BENCHMARK_CAPTURE(adam, fp32, "fp32")->Name("adam/fp32");
BENCHMARK_CAPTURE(adam, fp16, "fp16")->Name("adam/fp16");
BENCHMARK_CAPTURE(adam, fp16_pure, "fp16_pure")->Name("adam/fp16_pure");
BENCHMARK_CAPTURE(adam, bf16_pure, "bf16_pure")->Name("adam/bf16_pure");
BENCHMARK(matrix_product_native)->Name("matmul/native");
BENCHMARK_CAPTURE(compensated_product, kahan, SumOrder::kahan)->Name("matmul/kahan");
BENCHMARK_CAPTURE(compensated_product, fused, SumOrder::fused)->Name("matmul/fused");
BENCHMARK(stochastic_product)->Name("matmul/stochastic");
BENCHMARK_CAPTURE(matrix_product, fp32, "fp32")->Name("matmul/fp32");
BENCHMARK_CAPTURE(matrix_product, fp16_pure, "fp16_pure")->Name("matmul/fp16_pure");
BENCHMARK_CAPTURE(matrix_product, bf16_pure, "bf16_pure")->Name("matmul/bf16_pure");

}  // namespace
