// One step of an optimizer alone over many parameters: the gradients are there. 1-bit Adam, in its
// compressed phase, gets every worker's own; Adam gets their average.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "halfstep/format/philox.hpp"
#include "halfstep/optim/optimizer.hpp"
#include "halfstep/program/machine.hpp"

namespace {

using namespace halfstep;

std::vector<double> gradients(int workers, int n) {
    std::vector<double> all;
    for (int w = 0; w < workers; ++w) {
        const RandomStream random(1, "gradient");
        for (int i = 0; i < n; ++i) all.push_back(random.normal(0, std::uint32_t(w), std::uint32_t(i)));
    }
    return all;
}
std::vector<double> average(const std::vector<double>& all, int workers, int n) {
    std::vector<double> mean(std::size_t(n), 0.0);
    for (int w = 0; w < workers; ++w)
        for (int i = 0; i < n; ++i) mean[std::size_t(i)] += all[std::size_t(w * n + i)] / workers;
    return mean;
}

std::unique_ptr<Machine> one_step(const char* kind, int workers, int n, std::vector<double> gradient) {
    const OptimizerRow& row = find_optimizer(kind);
    const auto optimizer = row.make(configure(row.schema));
    Builder b(workers);
    OptimizerContext c{.b = b,
                       .tensors = {},
                       .lr = b.host_constant(1e-3),
                       .average_gradients = {},
                       .initialized = {},
                       .failed = {},
                       .failure = {}};
    c.average_gradients = b.host_state("average_gradients", 1.0);
    const State weight = b.state("weight", {1, n}, Role::weight, {0.0});
    const State g = b.state("gradient", {1, n}, Role::gradient, std::move(gradient), true);
    c.tensors = {{.suffix = "", .size = n, .weight = weight, .gradient = g, .exp_avg_mask = {}, .last_of_group = true}};
    optimizer->declare(c);
    optimizer->update(c);
    auto machine = make_emulated(b.program(), find_preset("fp32")->make());
    machine->step();
    return machine;
}

void adam(benchmark::State& state, int workers, int n) {
    const auto machine = one_step("adam", 1, n, average(gradients(workers, n), workers, n));
    for (auto _ : state) machine->step();
    state.SetItemsProcessed(state.iterations());
}

void onebit_adam(benchmark::State& state, int workers, int n) {
    const auto machine = one_step("onebit_adam", workers, n, gradients(workers, n));
    machine->set_host(machine->find_state("adam_freeze_key"), 1.0);
    for (auto _ : state) machine->step();
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(adam, million, 4, 1'000'000)->Name("optimizer/adam");
BENCHMARK_CAPTURE(onebit_adam, two, 2, 1'000'000)->Name("optimizer/onebit_adam_2");
BENCHMARK_CAPTURE(onebit_adam, four, 4, 1'000'000)->Name("optimizer/onebit_adam_4");
BENCHMARK_CAPTURE(onebit_adam, eight, 8, 1'000'000)->Name("optimizer/onebit_adam_8");
BENCHMARK_CAPTURE(onebit_adam, sixteen, 16, 1'000'000)->Name("optimizer/onebit_adam_16");
BENCHMARK_CAPTURE(onebit_adam, twice, 4, 2'000'000)->Name("optimizer/onebit_adam_twice");
BENCHMARK_CAPTURE(onebit_adam, half, 4, 500'000)->Name("optimizer/onebit_adam_half");

}  // namespace
