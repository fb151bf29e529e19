// Runs the benchmarks and prints one Markdown table: time per unit, units per second, and how that
// stands to the native loop measured in the same run and to the target. The best of the repetitions
// counts, as other processes can only make a measurement worse.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "halfstep/trace/build_info.hpp"

namespace {

struct Row {
    const char* benchmark;
    const char* what;
    const char* unit;
    const char* native;       // the benchmark it is compared with, mostly a loop without the emulator; empty: none
    double target_ns;         // at most, a unit; 0: none
    double target_times = 0;  // at most, of `native`; 0: none
};

const std::vector<Row> rows = {
    {"round/copy", "copying a binary32 array", "element", "", 0},
    {"round/f16c", "to fp16 and back by F16C, a plain loop", "element", "", 0},
    {"round/fp16", "rounding to fp16", "element", "round/f16c", 0, 1 / 0.85},
    {"round/f16c_memory", "F16C again, 2^25 elements", "element", "", 0},
    {"round/fp16_memory", "rounding to fp16, 2^25 elements", "element", "round/f16c_memory", 0, 1 / 0.9},
    {"round/bf16", "rounding to bf16", "element", "round/f16c", 0, 1 / 0.55},
    {"round/tf32", "rounding to tf32", "element", "round/f16c", 0, 1 / 0.55},
    {"round/fp8_e4m3", "rounding to fp8_e4m3", "element", "round/f16c", 0, 1 / 0.55},
    {"round/e6m5", "rounding to e6m5, a format made at run time", "element", "round/f16c", 0, 1 / 0.55},
    {"round/mxfp8_e4m3", "rounding to mxfp8_e4m3", "element", "round/f16c", 0},
    {"round/fp16_of_binary64", "binary64 to fp16", "element", "round/f16c", 0},
    {"round/one_at_a_time", "round_to(fp16, x), one call a value", "element", "round/f16c", 0},
    {"round/fp16_toward_zero", "rounding to fp16 toward zero", "element", "round/f16c", 0.5},
    {"round/fp16_ties_to_away", "rounding to fp16, ties away", "element", "round/f16c", 0.5},
    {"round/bf16_toward_positive", "rounding to bf16 toward positive", "element", "round/f16c", 0.5},
    {"round/bf16_to_odd", "rounding to bf16 to odd", "element", "round/f16c", 0.5},
    {"round/random_bits", "16 random bits", "element", "round/f16c", 0},
    {"round/fp16_stochastic", "stochastic rounding to fp16", "element", "round/f16c", 0.6},
    {"round/bf16_stochastic", "stochastic rounding to bf16", "element", "round/f16c", 0.6},
    {"array/native_add", "adding binary32 arrays, a plain loop", "element", "", 0},
    {"array/fp16_add", "fp16 add", "element", "array/native_add", 0, 1 / 0.65},
    {"array/fp16_mul", "fp16 mul", "element", "array/native_add", 0, 1 / 0.65},
    {"array/fp16_div", "fp16 div", "element", "array/native_add", 0},
    {"array/fp16_sqrt", "fp16 sqrt", "element", "array/native_add", 0},
    {"array/fp16_fma", "fp16 fma", "element", "array/native_add", 0},
    {"array/bf16_add", "bf16 add", "element", "array/native_add", 0},
    {"array/tf32_add", "tf32 add", "element", "array/native_add", 0},
    {"array/fp16_add_toward_positive", "fp16 add toward positive", "element", "array/native_add", 0},
    {"function/exp", "exp, rounded to odd, arrays", "element", "", 0},
    {"function/log", "log", "element", "function/exp", 0},
    {"function/tanh", "tanh", "element", "function/exp", 0},
    {"function/expm1", "expm1, rounded to odd, one number a call", "element", "function/exp", 0},
    {"function/log1p", "log1p", "element", "function/exp", 0},
    {"function/sigmoid", "sigmoid", "element", "function/exp", 0},
    {"function/erf", "erf", "element", "function/exp", 0},
    {"function/sin", "sin", "element", "function/exp", 0},
    {"function/rsqrt", "rsqrt", "element", "function/exp", 0},
    {"adam/native", "Adam as a plain C++ loop in binary32", "element", "", 0},
    {"adam/fp32", "Adam, preset fp32", "element", "adam/native", 0},
    {"adam/fp16", "Adam, preset fp16", "element", "adam/native", 0},
    {"adam/fp16_pure", "Adam, preset fp16_pure", "element", "adam/native", 2.2},
    {"adam/bf16_pure", "Adam, preset bf16_pure", "element", "adam/native", 0},
    {"matmul/eigen", "128^3 matrix product by Eigen, float", "multiply-add", "", 0},
    {"matmul/native", "the same as a plain C++ loop", "multiply-add", "matmul/eigen", 0},
    {"matmul/fp32", "the same, products and sums in fp32, in order", "multiply-add", "matmul/eigen", 0, 1 / 0.8},
    {"matmul/fp16_pure", "the same in fp16, both rounded", "multiply-add", "matmul/eigen", 0, 1 / 0.12},
    {"matmul/bf16_pure", "the same in bf16", "multiply-add", "matmul/eigen", 0, 1 / 0.13},
    {"matmul/kahan", "32^3 matrix product in fp16, Kahan's sums", "multiply-add", "matmul/fp16_pure", 0},
    {"matmul/fused", "the same, one rounding a sum", "multiply-add", "matmul/fp16_pure", 0},
    {"matmul/stochastic", "the same, partial sums rounded stochastically", "multiply-add", "matmul/fp16_pure", 0},
    {"mlp/fp16", "MLP 2-32-32-2, 1-bit Adam, 4 workers x 64, fp16", "step", "", 1e9 / 8500},
    {"mlp/fp32", "the same, fp32", "step", "", 0},
    {"mlp/fp16_pure", "the same, fp16_pure", "step", "mlp/fp32", 0, 2.5},
    {"mlp/binary64", "the same, binary64 reference", "step", "", 0},
    {"mlp/fp16_recorded", "the same, fp16, a record every step", "step", "", 0},
    {"mlp/fp16_traced", "the same, and traced as often as it chooses", "step", "mlp/fp16_recorded", 0},
    {"quadratic/fp32", "scalar quadratic, Adam, fp32", "step", "", 1000},
    {"adam_step/built_in_fp32", "10^4 weights, built-in Adam, fp32", "step", "", 0},
    {"adam_step/formula_fp32", "the same, Adam as a formula", "step", "adam_step/built_in_fp32", 0},
    {"adam_step/built_in_fp16_pure", "10^4 weights, built-in Adam, fp16_pure", "step", "", 0},
    {"adam_step/formula_fp16_pure", "the same, Adam as a formula", "step", "adam_step/built_in_fp16_pure", 0},
    {"build/formula", "parsing and building a network and Adam as formulas", "run", "", 5e6},
    {"optimizer/adam", "Adam alone, 10^6 parameters, fp32", "step", "", 0},
    {"optimizer/onebit_adam_4", "1-bit Adam compressing, 4 workers, 10^6 parameters", "step", "optimizer/adam", 0, 3},
    {"optimizer/onebit_adam_2", "the same, 2 workers", "step", "optimizer/adam", 0},
    {"optimizer/onebit_adam_8", "the same, 8 workers", "step", "optimizer/adam", 0},
    {"optimizer/onebit_adam_16", "the same, 16 workers", "step", "optimizer/adam", 0},
    {"optimizer/onebit_adam_half", "4 workers, half as many parameters", "step", "optimizer/adam", 0},
    {"optimizer/onebit_adam_twice", "4 workers, twice as many parameters", "step", "optimizer/adam", 0},
    {"sweep/runs_alone", "500 steps of a quadratic, one of 1,024 runs", "run", "", 0},
    {"sweep/one_thread", "the same as a sweep on one thread", "run", "sweep/runs_alone", 0, 1.05},
    {"sweep/two_threads", "on two threads", "run", "sweep/one_thread", 0, 1 / 1.9},
    {"start_up/version", "start of the program (halfstep --version)", "start", "", 50e6},
    {"start_up/list", "halfstep list", "start", "", 0},
};

std::string time_text(double ns) {
    char text[32];
    if (ns < 1e3)
        std::snprintf(text, sizeof text, "%.3g ns", ns);
    else if (ns < 1e6)
        std::snprintf(text, sizeof text, "%.3g us", ns / 1e3);
    else
        std::snprintf(text, sizeof text, "%.3g ms", ns / 1e6);
    return text;
}

class TableReporter final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override {
        const auto& cpu = context.cpu_info;
        std::printf("%d cores at %.0f MHz%s; %s, %s%s\n", cpu.num_cpus, cpu.cycles_per_second / 1e6,
                    cpu.scaling == benchmark::CPUInfo::ENABLED ? " (frequency scaling is on)" : "",
                    halfstep::build_info().compiler.c_str(), halfstep::build_info().flags.c_str(),
                    cpu.load_avg.empty() ? "" : (", load " + std::to_string(cpu.load_avg[0]).substr(0, 4)).c_str());
        std::fflush(stdout);
        return true;
    }

    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            if (run.run_type != Run::RT_Iteration) continue;
            const auto rate = run.counters.find("items_per_second");
            if (run.error_occurred || rate == run.counters.end()) {
                std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
                continue;
            }
            double& best = best_[run.run_name.function_name];
            best = std::max(best, double(rate->second));
        }
    }

    void Finalize() override {
        std::printf("\n| what | time | per second | to what it is compared with | target |\n|---|---|---|---|---|\n");
        for (const Row& row : rows) {
            const auto found = best_.find(row.benchmark);
            if (found == best_.end()) continue;
            const double ns = 1e9 / found->second;
            std::string native, target;
            if (const auto base = best_.find(row.native); base != best_.end()) {
                char text[32];
                const double times = base->second / found->second;
                std::snprintf(text, sizeof text, "%.3g x", times);
                native = text;
                if (row.target_times > 0) {
                    std::snprintf(text, sizeof text, "%.3g x: ", row.target_times);
                    target = text + std::string(times <= row.target_times ? "met" : "missed");
                }
            }
            if (row.target_ns > 0) target = time_text(row.target_ns) + (ns <= row.target_ns ? ": met" : ": missed");
            std::printf("| %s | %s per %s | %.4g | %s | %s |\n", row.what, time_text(ns).c_str(), row.unit,
                        found->second, native.c_str(), target.c_str());
        }
    }

private:
    std::map<std::string, double> best_;  // units a second
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    TableReporter table;
    benchmark::RunSpecifiedBenchmarks(&table);
    return 0;
}
