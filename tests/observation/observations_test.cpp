// Series from outside: what a step changed, bytes, and the reference run.
#include <numeric>

#include "run/built_run.hpp"
#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::int64_t weights_of(const RunSpec& spec) {
    const BuiltRun run(spec, 1);
    std::int64_t n = 0;
    for (const ParameterTensor& t : run.model().tensors()) n += t.shape.size();
    return n;
}

// Bytes of 100 steps of which `warm` are uncompressed, with so many weights that scales hardly matter.
double bytes(std::int64_t warm, const char* comm) {
    RunSpec spec = quadratic_run("onebit_adam", 0.001, 100, 2);
    spec.model = chosen("model", "quadratic", {{"dimension", {std::int64_t{16384}}}});
    spec.optimizer.set("freeze_step", {warm});
    spec.precision[Role::comm] = rounding_to(comm);
    spec.record_every = 100;
    spec.trace_every = -1;
    Traced sink;
    return metric(simulate(spec, 1, sink), "bytes_sent");
}

}  // namespace

TEST_CASE("the update norm is the 2-norm of what the step changed in the weights") {
    RunSpec spec = quadratic_run("sgd", 0.5, 3);
    spec.model = chosen("model", "quadratic", {{"dimension", {std::int64_t{4}}}});
    Traced sink = traced_run(spec, -1);
    CHECK(sink.series.at("update_norm") == std::map<std::int64_t, double>{{0, 1}, {1, 0.5}, {2, 0.25}});
    spec.record_every = 2;
    sink = traced_run(spec, -1);
    CHECK(sink.series.at("update_norm") == std::map<std::int64_t, double>{{0, 1}, {2, 0.25}});
    spec.loss_scale = chosen("loss_scale", "static");
    spec.injections = {{2, 0, 0, HUGE_VAL}};
    CHECK(traced_run(spec, -1).series.at("update_norm").at(2) == 0);
}

TEST_CASE("an uncompressed step sends every value to the servers and back in the format of comm") {
    RunSpec spec = busy_run(3);
    spec.optimizer = chosen("optimizer", "adam");
    const double n = double(weights_of(spec));
    CHECK(traced_run(spec, -1).series.at("bytes_sent") ==
          std::map<std::int64_t, double>{{0, 4 * n}, {1, 8 * n}, {2, 12 * n}});  // fp16
    for (const auto& [format, width] : std::vector<std::pair<const char*, double>>{
             {"fp32", 4}, {"tf32", 4}, {"bf16", 2}, {"fp8_e5m2", 1}, {"fp8_e4m3", 1}, {"e5m6", 2}, {"e2m1", 1}}) {
        spec.precision[Role::comm] = rounding_to(format);
        CHECK(traced_run(spec, -1).series.at("bytes_sent").at(0) == 2 * n * width);
    }
    spec.workers = 1;
    CHECK(traced_run(spec, -1).series.count("bytes_sent") == 0);
}

TEST_CASE("a compressed step sends a bit a value and a scale a message, either way; a skipped one nothing") {
    RunSpec spec = busy_run(40);
    spec.injections = {{30, 1, 0, HUGE_VAL}};
    Traced sink;
    const RunSummary summary = simulate(spec, 1, sink);
    const double n = double(weights_of(spec)), padded = std::ceil(n / 32) * 32;
    double sent = 0;
    int compressed = 0;
    for (std::int64_t t = 0; t < 40; ++t) {
        if (sink.series.at("grads_averaged").at(t) != 0) {
            sent += 2 * n * 2;
        } else if (sink.series.at("skipped").at(t) == 0) {
            sent += 2 * (padded / 8 + 4 * 4);
            ++compressed;
        }
        CHECK(sink.series.at("bytes_sent").at(t) == sent);
    }
    CHECK(compressed > 10);
    CHECK(sink.series.at("skipped").at(30) == 1);
    CHECK(metric(summary, "bytes_sent") == sent);
}

TEST_CASE("1-bit Adam's volume is 1 / (w + (1 - w) / 16) of fp16 for a warm-up share w") {
    const double uncompressed = bytes(100, "fp16");
    CHECK(uncompressed == 100 * 2 * 16384 * 2);
    for (const auto& [share, reduction] :
         std::vector<std::pair<std::int64_t, double>>{{15, 4.923}, {20, 4.0}, {25, 3.368}})
        CHECK(std::fabs(uncompressed / bytes(share, "fp16") / reduction - 1) < 0.005);
    // One step alone: a bit instead of 16 or 32.
    const auto saved = [](const char* comm) {
        const double whole = bytes(100, comm) / 100;
        return 1 - (bytes(1, comm) - whole) / 99 / whole;
    };
    CHECK(std::fabs(saved("fp16") - 0.9375) < 0.0005);
    CHECK(std::fabs(saved("fp32") - 0.96875) < 0.0005);
}

TEST_CASE("a run that rounds nothing is no distance from its reference") {
    RunSpec spec = busy_run(10);
    spec.arithmetic = Arithmetic::binary64;
    spec.reference = Arithmetic::binary64;
    Traced sink;
    const RunSummary summary = simulate(spec, 1, sink);
    for (std::int64_t t = 0; t < 10; ++t) {
        CHECK(sink.series.at("reference_distance").at(t) == 0);
        CHECK(sink.series.at("reference_loss").at(t) == sink.series.at("loss").at(t));
    }
    CHECK(metric(summary, "final_reference_distance") == 0);
}

TEST_CASE("the distance is that to a run of its own in binary64") {
    RunSpec spec = quadratic_run("adam", 0.05, 30);
    spec.model = chosen("model", "quadratic", {{"dimension", {std::int64_t{5}}}, {"center", {0.3}}});
    spec.precision = find_preset("bf16_pure")->make();
    spec.reference = Arithmetic::binary64;
    Traced narrow;
    const RunSummary summary = simulate(spec, 1, narrow);
    spec.arithmetic = Arithmetic::binary64;
    spec.reference.reset();
    const Traced wide = traced_run(spec, -1);
    CHECK(wide.series.count("reference_distance") == 0);
    for (const auto& [t, distance] : narrow.series.at("reference_distance")) {
        double difference = 0, norm = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            const double a = narrow.states.at(t).at("weight")[0][i], b = wide.states.at(t).at("weight")[0][i];
            difference += (a - b) * (a - b);
            norm += b * b;
        }
        CHECK(std::fabs(distance - std::sqrt(difference / norm)) < 1e-15);
        CHECK(narrow.series.at("reference_loss").at(t) == wide.series.at("loss").at(t));
    }
    CHECK(metric(summary, "final_reference_distance") > 1e-4);
    CHECK(metric(summary, "final_reference_distance") == narrow.series.at("reference_distance").at(29));
}

TEST_CASE("a step that only the run skips is applied in the reference") {
    // The gradient 1 times 2^17 overflows fp16 and not binary64: weights 1 and 1 - 1/2.
    RunSpec spec = quadratic_run("sgd", 0.5, 1);
    spec.precision = find_preset("fp16")->make();
    spec.loss_scale = chosen("loss_scale", "deepspeed", {{"initial_scale_power", {std::int64_t{17}}}});
    spec.reference = Arithmetic::binary64;
    const Traced sink = traced_run(spec, -1);
    CHECK(sink.series.at("skipped").at(0) == 1);
    CHECK(sink.series.at("reference_distance").at(0) == 1);
}

TEST_CASE("a reference in multiprecision has that arithmetic's limit of steps") {
    RunSpec spec = quadratic_run("sgd", 0.5, 20'000);
    spec.reference = Arithmetic::multiprecision;
    CHECK_THROWS_AS(check_buildable(spec, 1), SpecError);
    spec.steps = 5;
    CHECK(traced_run(spec, -1).series.at("reference_distance").at(4) == 0);  // powers of two: exact everywhere
}
