// The metrics of a run, on runs small enough to be followed by hand.
#include <cmath>
#include <limits>

#include "halfstep/spec/experiment.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

RunSummary run(const RunSpec& spec) {
    Kept sink;
    return simulate(spec, 1, sink);
}

void check_metrics(const RunSummary& summary, const std::vector<std::pair<std::string, double>>& expected) {
    for (const auto& [name, value] : expected) {
        INFO(name);
        if (std::isnan(value))
            CHECK(std::isnan(metric(summary, name)));
        else
            CHECK(metric(summary, name) == value);
    }
}

}  // namespace

TEST_CASE("a summary has every documented metric in the documented order") {
    for (const RunSpec& spec : {quadratic_run("sgd", 0.1, 3), busy_run(3)}) {
        std::vector<std::string> names, documented;
        for (const auto& [name, value] : run(spec).metrics) names.push_back(name);
        for (const MetricDoc& doc : metric_docs()) documented.push_back(doc.name);
        CHECK(names == documented);
    }
}

TEST_CASE("skips and loss scales are counted over all steps") {
    // Weight 1, curvature 1, lr 1/2: every applied step halves the weight. Steps 1 and 2 overflow.
    // Scale before each step: 8 8 4 2 2 2 4 4, doubled after 3 clean steps and every 2 then.
    RunSpec spec = quadratic_run("sgd", 0.5, 8);
    spec.loss_scale =
        chosen("loss_scale", "deepspeed", {{"initial_scale_power", {std::int64_t{3}}}, {"window", {std::int64_t{2}}}});
    spec.injections = {{1, 0, 0, infinity}, {2, 0, 0, std::nan("")}};
    spec.record_every = 100;  // metrics do not depend on what is recorded,
    const double w = std::ldexp(1.0, -6);
    check_metrics(run(spec), {{"initial_loss", 0.5},
                              {"final_loss", 0.5 * w * w},
                              {"last_loss", 2 * w * w},
                              {"min_loss", 2 * w * w},
                              {"max_loss", 0.5},
                              {"diverged", 0},
                              {"first_nonfinite_step", -1},
                              {"skipped_steps", 2},
                              {"skipped_fraction", 0.25},
                              {"final_loss_scale", 8},
                              {"min_loss_scale", 2},
                              {"max_loss_scale", 8},
                              {"first_skip_step", 1},
                              {"failed_step", -1},
                              {"max_abs_weight", w},
                              {"peak_abs_weight", 0.5},  // except this one: after step 0
                              {"weight_change", 1 - w},
                              {"final_worker_error_norm", std::nan("")},
                              {"final_server_error_norm", std::nan("")},
                              {"final_accuracy", std::nan("")}});
}

TEST_CASE("the series of a run show the step they belong to") {
    RunSpec spec = quadratic_run("sgd", 0.5, 4);
    spec.loss_scale = chosen("loss_scale", "deepspeed", {{"initial_scale_power", {std::int64_t{3}}}});
    spec.injections = {{1, 0, 0, infinity}};
    spec.lr_values = {0.5, 0.25};
    Kept sink;
    simulate(spec, 1, sink);
    using Values = std::vector<double>;
    CHECK(sink.series["loss"] == Values{0.5, 0.125, 0.125, 0.0703125});
    CHECK(sink.series["loss_scale"] == Values{8, 8, 4, 4});
    CHECK(sink.series["skipped"] == Values{0, 1, 0, 0});
    CHECK(sink.skipped == std::vector<bool>{false, true, false, false});
    CHECK(sink.series["lr"] == Values{0.5, 0.25, 0.25, 0.25});
    CHECK(sink.series["max_abs_weight"] == Values{0.5, 0.5, 0.375, 0.28125});
    CHECK(sink.series.count("grads_averaged") == 0);
    CHECK(sink.series.count("grad_norm") == 0);
    CHECK(sink.series.count("worker_error_norm") == 0);
}

TEST_CASE("the loss of a step is the mean over the workers' batches") {
    RunSpec spec = quadratic_run("sgd", 0.0, 1, 2);
    const auto table = [](std::vector<double> column) {
        std::vector<Value> rows;
        for (double x : column) rows.push_back({std::vector<Value>{{x}}});
        return Value{rows};
    };
    const Configured data = chosen("data", "table", {{"x", table({1, 2})}, {"y", table({3, 5})}});
    spec.model = chosen("model", "linear_regression", {{"data", {data}}});
    // Weights 0: worker 0 sees 9/2, worker 1 25/2.
    check_metrics(run(spec), {{"last_loss", 8.5}, {"final_loss", 8.5}, {"initial_loss", 8.5}});
}

TEST_CASE("an infinity that is applied shows in the loss of the next step") {
    RunSpec spec = quadratic_run("sgd", 0.5, 4);
    spec.injections = {{2, 0, 0, infinity}};
    check_metrics(run(spec), {{"first_nonfinite_step", 3},
                              {"diverged", 1},
                              {"skipped_steps", 0},
                              {"first_skip_step", -1},
                              {"last_loss", infinity},
                              {"min_loss", 0.5 / 16},
                              {"max_loss", 0.5},
                              {"max_abs_weight", std::nan("")},
                              {"peak_abs_weight", std::nan("")}});
    spec.steps = 3;
    check_metrics(run(spec), {{"first_nonfinite_step", -1},
                              {"diverged", 1},
                              {"final_loss", infinity},
                              {"max_abs_weight", infinity},
                              {"weight_change", infinity}});
}

TEST_CASE("a run in which the original raises an error ends before that step, with everything before it") {
    // Without any gradient 1-bit LAMB divides by the momentum's norm when it freezes.
    RunSpec spec = quadratic_run("onebit_lamb", 0.5, 10);
    spec.model.set("curvature", {0.0});
    spec.optimizer.set("freeze_step", {std::int64_t{3}});
    Kept sink;
    const RunSummary summary = simulate(spec, 1, sink);
    CHECK(summary.steps == 3);
    CHECK_FALSE(summary.interrupted);
    CHECK(summary.error.substr(0, 17) == "division by zero:");
    CHECK(metric(summary, "failed_step") == 3);
    REQUIRE(summary.events.size() == 1);
    CHECK(summary.events.back().sentence ==
          "step 3: the original raises an error here, and the run ends: " + summary.error);
    CHECK(sink.series["loss"].size() == 3);
    spec.steps = 3;
    CHECK(run(spec).error.empty());
}

TEST_CASE("a run has diverged where its loss is a million times what it was, or more than a million") {
    // lr 5: the weight is multiplied by -4, the loss by 16 a step, from 1/2.
    const auto diverged = [](std::int64_t steps) { return metric(run(quadratic_run("sgd", 5.0, steps)), "diverged"); };
    CHECK(diverged(5) == 0);  // 524288
    CHECK(diverged(6) == 1);  // 8388608
    RunSpec high = quadratic_run("sgd", 5.0, 6);
    high.model.set("init", {100.0});
    CHECK(metric(run(high), "diverged") == 1);  // 16^6 = 1.7e7 times
    high.steps = 4;
    CHECK(metric(run(high), "final_loss") > 1e6);
    CHECK(metric(run(high), "diverged") == 0);  // 65536 times
}

TEST_CASE("the norms of the error feedback are those of all workers and servers together") {
    Kept sink;
    const RunSummary summary = simulate(busy_run(), 1, sink);
    const auto norm_of = [&](const std::string& start) {
        double square = 0.0;
        for (const auto& [name, values] : sink.states)
            if (name.starts_with(start))
                for (double x : values) square += x * x;
        return std::sqrt(square);
    };
    CHECK(metric(summary, "final_worker_error_norm") > 0);
    CHECK(std::fabs(metric(summary, "final_worker_error_norm") / norm_of("worker_error") - 1) < 1e-14);
    CHECK(std::fabs(metric(summary, "final_server_error_norm") / norm_of("server_error") - 1) < 1e-14);
    CHECK(sink.series["worker_error_norm"].back() == metric(summary, "final_worker_error_norm"));
    CHECK(sink.series["worker_error_norm"].front() == 0.0);
}

TEST_CASE("accuracy is reported for classes, and the norm where a step was applied") {
    Kept sink;
    const RunSummary summary = simulate(busy_run(), 1, sink);
    CHECK(metric(summary, "final_accuracy") > 0.3);
    CHECK(metric(summary, "final_accuracy") <= 1.0);
    CHECK(sink.series["grad_norm"].size() == 40 - std::size_t(metric(summary, "skipped_steps")));
    CHECK(sink.series["grads_averaged"].front() == 1);
    CHECK(sink.series["grads_averaged"].back() == 0);
}
