#include "run/tensor_trace.hpp"

#include <numeric>

#include "slow_stats.hpp"
#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// Of every worker's copy of elements [offset, offset + size).
std::vector<double> part(const std::vector<std::vector<double>>& copies, std::size_t offset, std::size_t size) {
    std::vector<double> values;
    for (const auto& copy : copies)
        values.insert(values.end(), copy.begin() + std::ptrdiff_t(offset),
                      copy.begin() + std::ptrdiff_t(offset + size));
    return values;
}

std::string text_of_format(const RunSpec& spec, const std::string& role) {
    return spec.precision[*find_role(role)]->format.name;
}

}  // namespace

TEST_CASE("every stored tensor is described by the model's names, over all workers") {
    const RunSpec spec = busy_run(30);
    const Traced sink = traced_run(spec, 10);
    const BuiltRun built(spec, 1);
    std::size_t total = 0;
    for (const ParameterTensor& t : built.model().tensors()) total += std::size_t(t.shape.size());
    const std::vector<std::pair<std::string, std::string>> flat = {{"weight", "weight"},
                                                                   {"gradient", "gradient"},
                                                                   {"master", "master[0]"},
                                                                   {"exp_avg", "exp_avg[0]"},
                                                                   {"exp_avg_sq", "exp_avg_sq[0]"},
                                                                   {"worker_error", "worker_error[0]"},
                                                                   {"server_error", "server_error[0]"}};
    for (const std::int64_t step : {0, 20, 29})
        for (const auto& [role, state] : flat) {
            const auto& copies = sink.states.at(step).at(state);
            const Format format = *find_format(text_of_format(spec, role));
            std::size_t at = 0;
            for (const ParameterTensor& t : built.model().tensors()) {
                INFO(step << " " << role << " " << t.name);
                const auto size = std::size_t(t.shape.size());
                check_same_values(sink.row(step, role, t.name), slow_stats(part(copies, at, size), format));
                at += size;
            }
            CHECK(at == total);
            CHECK(sink.has(step, role, "(padding)") == (copies[0].size() > total));
            if (copies[0].size() > total)
                check_same_values(sink.row(step, role, "(padding)"),
                                  slow_stats(part(copies, total, copies[0].size() - total), format));
        }
    CHECK(sink.row(20, "gradient", "w1").count == 4 * sink.row(20, "weight", "w1").count);
}

TEST_CASE("a tensor of its own for every parameter of the optimizer keeps its name, and so do parts of a group") {
    RunSpec spec = quadratic_run("adam", 0.1, 2);
    spec.model = chosen(
        "model", "quadratic",
        {{"tensors", {std::vector<Value>{{std::int64_t{2}}, {std::int64_t{3}}}}}, {"dimension", {std::int64_t{5}}}});
    for (const char* preset : {"fp32", "bf16"}) {
        spec.precision = find_preset(preset)->make();
        const Traced sink = traced_run(spec);
        CHECK(sink.row(0, "exp_avg", "w0").count == 2);
        CHECK(sink.row(0, "exp_avg", "w1").count == 3);
        CHECK(sink.has(0, "master", "w1") == (std::string(preset) == "bf16"));
    }
    spec.precision = find_preset("fp32")->make();
    spec.groups = {{{1, 0}, {}, {}, false}};  // one flat master under the fused wrapper, w1 first
    spec.engine = chosen("engine", "deepspeed", {{"wrapper", {std::string("bf16_fused")}}});
    const Traced sink = traced_run(spec);
    CHECK(sink.row(0, "master", "w1").count == 3);
    check_same_values(sink.row(1, "exp_avg", "w1"),
                      slow_stats(part(sink.states.at(1).at("exp_avg[0]"), 0, 3), *find_format("fp32")));
    check_same_values(sink.row(1, "exp_avg", "w0"),
                      slow_stats(part(sink.states.at(1).at("exp_avg[0]"), 3, 2), *find_format("fp32")));
}

TEST_CASE("exponents add up to the numbers that have one") {
    for (const char* preset : {"fp16", "fp16_pure", "bf16_pure"}) {
        RunSpec spec = busy_run(20);
        spec.precision = find_preset(preset)->make();
        if (std::string(preset) == "bf16_pure") spec.loss_scale = chosen("loss_scale", "none");
        for (const auto& [step, rows] : traced_run(spec, 6).stats)
            for (const TensorStats& s : rows) {
                INFO(preset << " " << step << " " << s.role << " " << s.tensor);
                const std::int64_t sum = std::accumulate(s.exponents.begin(), s.exponents.end(), std::int64_t(0),
                                                         [](std::int64_t n, const auto& e) { return n + e.second; });
                CHECK(sum == s.count - s.zeros - s.infinities - s.nans);
                CHECK(s.count > 0);
                CHECK(s.subnormals <= sum);
                CHECK(s.unchanged <= s.count);
                for (std::size_t i = 1; i < s.exponents.size(); ++i)
                    CHECK(s.exponents[i - 1].first < s.exponents[i].first);
                if (sum > 0) {
                    CHECK(s.exponents.front().first == std::ilogb(s.min_abs));
                    CHECK(s.exponents.back().first == std::ilogb(s.max_abs));
                }
            }
    }
}

TEST_CASE("tracing every step changes no state") {
    const Traced all = traced_run(busy_run(), 1), none = traced_run(busy_run(), -1);
    CHECK(all.states == none.states);
    CHECK(none.stats.empty());
}

TEST_CASE("arithmetic that emulates nothing has its stored tensors described, and no roles") {
    RunSpec spec = busy_run(4);
    spec.arithmetic = Arithmetic::binary64;
    const Traced sink = traced_run(spec);
    check_same_values(sink.row(3, "exp_avg", "w1"),
                      slow_stats(part(sink.states.at(3).at("exp_avg[0]"), 0, 12), *find_format("fp32")));
    for (const TensorStats& s : sink.stats.at(3)) CHECK((s.tensor.front() != '(' || s.tensor == "(padding)"));
}
