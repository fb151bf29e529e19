#include <string>

#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Value list(const std::vector<double>& values) {
    std::vector<Value> items;
    for (const double x : values) items.push_back({x});
    return {items};
}

// Weights 1; updates of 2^-10 times a curvature, the last weight at its minimum.
RunSpec four_weights(const std::string& preset) {
    RunSpec spec = quadratic_run("sgd", std::ldexp(1.0, -10), 1);
    spec.model = chosen("model", "quadratic",
                        {{"curvature", list({1, 64, std::ldexp(1.0, -40), 1})}, {"center", list({0, 0, 0, 1})}});
    spec.precision = find_preset(preset)->make();
    return spec;
}

}  // namespace

TEST_CASE("an update that is not zero and changes no weight is lost") {
    // bf16 below 1 is spaced by 2^-8: 2^-10 and 2^-50 are lost, 2^-4 is not, 0 is no update.
    const Traced sink = traced_run(four_weights("bf16_pure"));
    CHECK(sink.states.at(0).at("weight")[0] == std::vector<double>{1, 1 - 0x1p-4, 1, 1});
    CHECK(sink.row(0, "weight", "w0").unchanged == 2);
    CHECK(sink.series.at("lost_updates").at(0) == 2.0 / 3);
    CHECK(sink.row(0, "gradient", "w0").unchanged == 0);
}

TEST_CASE("where masters are kept, an update is lost when it changes no master") {
    const Traced sink = traced_run(four_weights("bf16"));
    CHECK(sink.states.at(0).at("weight")[0] == std::vector<double>{1, 1 - 0x1p-4, 1, 1});
    CHECK(sink.row(0, "master", "w0").unchanged == 1);
    CHECK(sink.row(0, "weight", "w0").unchanged == 0);
    CHECK(sink.series.at("lost_updates").at(0) == 1.0 / 3);
}

TEST_CASE("an update is lost as well when its own format drops it") {
    // The weight is wide, but w - lr g is rounded to bf16 in role `update` first.
    RunSpec spec = four_weights("fp32");
    spec.precision[Role::update] = rounding_to("bf16");
    const Traced sink = traced_run(spec);
    CHECK(sink.row(0, "weight", "w0").unchanged == 2);
    spec.precision[Role::update] = rounding_to("fp32");
    CHECK(traced_run(spec).row(0, "weight", "w0").unchanged == 1);
    // Stored more narrowly than computed.
    spec.precision[Role::master] = spec.precision[Role::weight] = rounding_to("bf16");
    CHECK(traced_run(spec).row(0, "weight", "w0").unchanged == 2);
}

TEST_CASE("a skipped step has no updates to lose") {
    RunSpec spec = four_weights("bf16_pure");
    spec.loss_scale = chosen("loss_scale", "static");
    spec.injections = {{0, 0, 0, HUGE_VAL}};
    Traced sink;
    spec.trace_every = 1;
    const RunSummary summary = simulate(spec, 1, sink);
    CHECK(sink.row(0, "weight", "w0").unchanged == 0);
    CHECK(sink.series.count("lost_updates") == 0);
    CHECK(std::isnan(metric(summary, "max_lost_updates")));
}

TEST_CASE("the largest share of lost updates of the traced steps is a metric") {
    // Step 0 loses one update of three, step 1 two of two (of the weights 0, -63, 1 the first has none).
    RunSpec spec = four_weights("bf16_pure");
    spec.steps = 3;
    spec.lr_values = {1.0, std::ldexp(1.0, -20), 1.0};
    const auto largest = [&](std::int64_t every) {
        spec.trace_every = every;
        Traced sink;
        const RunSummary summary = simulate(spec, 1, sink);
        double most = 0;
        for (const auto& [step, share] : sink.series.at("lost_updates")) most = std::max(most, share);
        CHECK(metric(summary, "max_lost_updates") == most);
        return most;
    };
    CHECK(largest(1) == 1);
    CHECK(largest(2) == 0.5);  // steps 0 and 2
}

TEST_CASE("compressed steps and several workers lose updates, too") {
    RunSpec spec = busy_run(30);
    spec.precision[Role::master] = rounding_to("bf16");
    spec.optimizer.set("lr", {1e-6});
    const Traced sink = traced_run(spec);
    std::int64_t lost = 0;
    for (const TensorStats& s : sink.stats.at(29))
        if (s.role == "master") lost += s.unchanged;
    // Against the states: nearly every update of 1e-6 is lost in bf16, and no weight may have moved then.
    const auto &before = sink.states.at(28).at("master[0]")[0], &after = sink.states.at(29).at("master[0]")[0];
    std::int64_t same = 0;
    for (std::size_t i = 0; i < after.size(); ++i) same += before[i] == after[i];
    CHECK(lost <= same);
    CHECK(lost > 0);
}
