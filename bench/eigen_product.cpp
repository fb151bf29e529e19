// Eigen's product of binary32 matrices: what a fast library needs that rounds nothing further and keeps no order.
#include <benchmark/benchmark.h>

#include <Eigen/Core>

#include "halfstep/format/philox.hpp"

namespace {

constexpr int side = 128;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix normal_values(const char* stream) {
    const halfstep::RandomStream random(1, stream);
    Matrix x(side, side);
    for (int i = 0; i < x.size(); ++i) x.data()[i] = float(random.normal(0, 0, std::uint32_t(i)));
    return x;
}

void eigen_product(benchmark::State& state) {
    const Matrix x = normal_values("x"), y = normal_values("y");
    Matrix z(side, side);
    for (auto _ : state) {
        z.noalias() = x * y;
        benchmark::DoNotOptimize(z.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * side * side * side);
}

BENCHMARK(eigen_product)->Name("matmul/eigen");

}  // namespace
