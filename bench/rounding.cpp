// Rounding and arithmetic on arrays, beside what the processor does by itself: a copy, the F16C round trip, and
// binary32 arithmetic. In the first-level cache, and beyond every cache.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "halfstep/format/arrays.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/format/round.hpp"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace {

using namespace halfstep;

constexpr int in_cache = 2048, beyond_caches = 1 << 25;

// Normal, subnormal and overflowing values of fp16, of both signs.
std::vector<float> spread_values(int n) {
    const RandomStream random(1, "bench");
    std::vector<float> x;
    for (int i = 0; i < n; ++i) {
        const auto at = std::uint32_t(i % in_cache);
        x.push_back(
            static_cast<float>(random.normal(0, 0, at) * std::ldexp(1.0, int(random.below(40, 0, 1, at)) - 25)));
    }
    return x;
}

// f(x, y) over arrays of n elements.
template <class F>
void over(benchmark::State& state, int n, F f) {
    const std::vector<float> x = spread_values(n);
    std::vector<float> y(x.size());
    for (auto _ : state) {
        f(x, y);
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t(n));
}

void rounding(benchmark::State& state, const std::string& format, RoundingMode mode, int n) {
    Rounding to = rounding_to(format);
    to.mode = mode;
    over(state, n, [&](const auto& x, auto& y) { round(to, x, y); });
}
void to_nearest(benchmark::State& state, const std::string& format) {
    rounding(state, format, RoundingMode::ties_to_even, in_cache);
}
void in_mode(benchmark::State& state, const std::string& format, RoundingMode mode) {
    rounding(state, format, mode, in_cache);
}
void of_binary64(benchmark::State& state, const std::string& format) {
    const Rounding to = rounding_to(format);
    const std::vector<float> x = spread_values(in_cache);
    const std::vector<double> wide(x.begin(), x.end());
    over(state, in_cache, [&](const auto&, auto& y) { round(to, wide, y); });
}

void by_chance(benchmark::State& state, const std::string& format, int random_bits) {
    Rounding to = rounding_to(format);
    to.mode = RoundingMode::stochastic;
    to.random_bits = random_bits;
    const RandomBits bits(1, "bench");
    RandomPlace place;
    over(state, in_cache, [&](const auto& x, auto& y) {
        ++place.step;
        round(to, bits, place, 0, x, y);
    });
}
void random_bits(benchmark::State& state) {
    const RandomBits bits(1, "bench");
    RandomPlace place;
    std::vector<std::uint16_t> halves(in_cache);
    for (auto _ : state) {
        ++place.step;
        bits.upper_halves(place, 0, in_cache, halves.data());
        benchmark::DoNotOptimize(halves.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t(in_cache));
}

void one_at_a_time(benchmark::State& state) {
    const Rounding to = rounding_to("fp16");
    over(state, in_cache, [&](const auto& x, auto& y) {
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = float(round_to(to, double(x[i])));
    });
}

#if defined(__F16C__)
// To fp16 and back in the widest registers, without a function call.
void f16c(benchmark::State& state, int n) {
    over(state, n, [](const auto& x, auto& y) {
        const int size = int(x.size());
#if defined(__AVX512F__)
        for (int i = 0; i < size; i += 16) {
            const __m256i half = _mm512_maskz_cvtps_ph(0xffff, _mm512_loadu_ps(&x[i]), _MM_FROUND_TO_NEAREST_INT);
            _mm512_storeu_ps(&y[i], _mm512_maskz_cvtph_ps(0xffff, half));
        }
#else
        for (int i = 0; i < size; i += 8) {
            const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(&x[i]), _MM_FROUND_TO_NEAREST_INT);
            _mm256_storeu_ps(&y[i], _mm256_cvtph_ps(half));
        }
#endif
    });
}
BENCHMARK_CAPTURE(f16c, cached, in_cache)->Name("round/f16c");
BENCHMARK_CAPTURE(f16c, memory, beyond_caches)->Name("round/f16c_memory");
#endif

// f(a, b, y) of values of the format; as many as keep three arrays out of the first-level cache, but in the second.
template <class F>
void pairs(benchmark::State& state, const std::string& format, F f) {
    constexpr int n = 4096;
    const RandomStream random(1, "pairs");
    std::vector<float> a(n), b(n), y(n);
    for (int i = 0; i < n; ++i) {
        a[std::size_t(i)] = float(random.normal(0, 0, std::uint32_t(i)));
        b[std::size_t(i)] = float(1.0 + random.uniform(0, 1, std::uint32_t(i)));
    }
    round(rounding_to(format), a, a);
    round(rounding_to(format), b, b);
    for (auto _ : state) {
        f(a, b, y);
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * n);
}
void native_add(benchmark::State& state) {
    pairs(state, "fp32", [](const auto& a, const auto& b, auto& y) {
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = a[i] + b[i];
    });
}
using Binary = void (*)(const Rounding&, std::span<const float>, std::span<const float>, std::span<float>);
void operation(benchmark::State& state, const std::string& format, Binary f, RoundingMode mode) {
    Rounding to = rounding_to(format);
    to.mode = mode;
    pairs(state, format, [&](const auto& a, const auto& b, auto& y) { f(to, a, b, y); });
}
void fused(benchmark::State& state, const std::string& format) {
    const Rounding to = rounding_to(format);
    pairs(state, format, [&](const auto& a, const auto& b, auto& y) { fma(to, a, b, a, y); });
}
void square_root(benchmark::State& state, const std::string& format) {
    const Rounding to = rounding_to(format);
    pairs(state, format, [&](const auto&, const auto& b, auto& y) { sqrt(to, b, y); });
}

template <class F>
void function(benchmark::State& state, F f) {
    constexpr int n = 1024;
    const RandomStream random(1, "function");
    std::vector<double> x(n), y(n);
    for (int i = 0; i < n; ++i) x[std::size_t(i)] = double(float(0.01 + 8 * random.uniform(0, 0, std::uint32_t(i))));
    for (auto _ : state) {
        f(x, y);
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * n);
}
void function_of_arrays(benchmark::State& state, void (*f)(const double*, double*, int)) {
    function(state, [f](const auto& x, auto& y) { f(x.data(), y.data(), int(x.size())); });
}
void function_of_numbers(benchmark::State& state, double (*f)(double)) {
    function(state, [f](const auto& x, auto& y) {
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
    });
}

using enum RoundingMode;

BENCHMARK_CAPTURE(to_nearest, copy, "fp32")->Name("round/copy");
BENCHMARK_CAPTURE(to_nearest, fp16, "fp16")->Name("round/fp16");
BENCHMARK_CAPTURE(rounding, fp16_memory, "fp16", ties_to_even, beyond_caches)->Name("round/fp16_memory");
BENCHMARK_CAPTURE(to_nearest, bf16, "bf16")->Name("round/bf16");
BENCHMARK_CAPTURE(to_nearest, tf32, "tf32")->Name("round/tf32");
BENCHMARK_CAPTURE(to_nearest, fp8_e4m3, "fp8_e4m3")->Name("round/fp8_e4m3");
BENCHMARK_CAPTURE(to_nearest, e6m5, "e6m5")->Name("round/e6m5");
BENCHMARK_CAPTURE(to_nearest, mxfp8, "mxfp8_e4m3")->Name("round/mxfp8_e4m3");
BENCHMARK_CAPTURE(of_binary64, fp16, "fp16")->Name("round/fp16_of_binary64");
BENCHMARK(one_at_a_time)->Name("round/one_at_a_time");
BENCHMARK_CAPTURE(in_mode, fp16, "fp16", toward_zero)->Name("round/fp16_toward_zero");
BENCHMARK_CAPTURE(in_mode, fp16_away, "fp16", ties_to_away)->Name("round/fp16_ties_to_away");
BENCHMARK_CAPTURE(in_mode, bf16, "bf16", toward_positive)->Name("round/bf16_toward_positive");
BENCHMARK_CAPTURE(in_mode, bf16_odd, "bf16", to_odd)->Name("round/bf16_to_odd");
BENCHMARK(random_bits)->Name("round/random_bits");
BENCHMARK_CAPTURE(by_chance, fp16, "fp16", 32)->Name("round/fp16_stochastic");
BENCHMARK_CAPTURE(by_chance, bf16, "bf16", 32)->Name("round/bf16_stochastic");
BENCHMARK(native_add)->Name("array/native_add");
BENCHMARK_CAPTURE(operation, fp16_add, "fp16", add, ties_to_even)->Name("array/fp16_add");
BENCHMARK_CAPTURE(operation, fp16_mul, "fp16", mul, ties_to_even)->Name("array/fp16_mul");
BENCHMARK_CAPTURE(operation, fp16_div, "fp16", div, ties_to_even)->Name("array/fp16_div");
BENCHMARK_CAPTURE(square_root, fp16_sqrt, "fp16")->Name("array/fp16_sqrt");
BENCHMARK_CAPTURE(fused, fp16_fma, "fp16")->Name("array/fp16_fma");
BENCHMARK_CAPTURE(operation, bf16_add, "bf16", add, ties_to_even)->Name("array/bf16_add");
BENCHMARK_CAPTURE(operation, tf32_add, "tf32", add, ties_to_even)->Name("array/tf32_add");
BENCHMARK_CAPTURE(operation, fp16_up, "fp16", add, toward_positive)->Name("array/fp16_add_toward_positive");
BENCHMARK_CAPTURE(function_of_arrays, exp, exp_to_odd)->Name("function/exp");
BENCHMARK_CAPTURE(function_of_arrays, log, log_to_odd)->Name("function/log");
BENCHMARK_CAPTURE(function_of_arrays, tanh, tanh_to_odd)->Name("function/tanh");
BENCHMARK_CAPTURE(function_of_numbers, expm1, expm1_to_odd)->Name("function/expm1");
BENCHMARK_CAPTURE(function_of_numbers, log1p, log1p_to_odd)->Name("function/log1p");
BENCHMARK_CAPTURE(function_of_numbers, sigmoid, sigmoid_to_odd)->Name("function/sigmoid");
BENCHMARK_CAPTURE(function_of_numbers, erf, erf_to_odd)->Name("function/erf");
BENCHMARK_CAPTURE(function_of_numbers, sin, sin_to_odd)->Name("function/sin");
BENCHMARK_CAPTURE(function_of_numbers, rsqrt, rsqrt_to_odd)->Name("function/rsqrt");

}  // namespace
