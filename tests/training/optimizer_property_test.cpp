// What holds for every registered optimizer. A new one joins by its row in the registry.
#include <cmath>
#include <set>

#include "catch.hpp"
#include "halfstep/optim/optimizer.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

class Discard final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

// Freezing and intervals short enough to be seen in a few hundred steps.
Configured lively(const OptimizerRow& row, double lr) {
    Configured c = any_optimizer(row.schema, {{"lr", {lr}}});
    for (const char* step : {"freeze_step", "var_freeze_step"})
        if (c.has(step)) c.set(step, {std::int64_t{30}});
    return c;
}

Configured bowl(double noise = 0.0) {
    return a_model("quadratic", {{"dimension", {std::int64_t{8}}}, {"max_curvature", {4.0}}, {"noise", {noise}}});
}

double metric(const RunSummary& summary, const std::string& name) {
    for (const auto& [key, value] : summary.metrics)
        if (key == name) return value;
    return std::nan("");
}

}  // namespace

TEST_CASE("every optimizer finds the minimum of a small quadratic") {
    for (const OptimizerRow* row : optimizers())
        for (int workers : {1, 4}) {
            INFO(row->schema.name << ", " << workers << " workers");
            RunSpec spec = spec_of(bowl(), lively(*row, 0.01), "fp32", workers);
            spec.steps = 1000;
            Discard sink;
            const RunSummary summary = simulate(spec, 1, sink);
            CHECK(metric(summary, "diverged") == 0);
            CHECK(metric(summary, "final_loss") < 0.01 * metric(summary, "initial_loss"));
        }
}

TEST_CASE("two workers without noise do what one does, to the bit") {
    // A sum of two equal numbers and half of it are exact.
    for (const OptimizerRow* row : optimizers()) {
        if (row->compresses) continue;
        INFO(row->schema.name);
        const RunSpec one = spec_of(bowl(), lively(*row, 0.01), "fp32", 1);
        RunSpec two = one;
        two.workers = 2;
        CHECK(weights_after(one, 50) == weights_after(two, 50));
    }
}

TEST_CASE("four workers without noise do what one does, up to the rounding of their sum") {
    for (const OptimizerRow* row : optimizers()) {
        if (row->compresses) continue;
        INFO(row->schema.name);
        const RunSpec one = spec_of(bowl(), lively(*row, 0.01), "fp32", 1);
        RunSpec four = one;
        four.workers = 4;
        const auto a = weights_after(one, 50), b = weights_after(four, 50);
        // The mean of four is off by at most two units of roundoff, 2^-23, a step. Steps together
        // are shorter than the way of about 1, and nothing here amplifies.
        for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::fabs(a[i] - b[i]) < 50 * 0x1p-23);
    }
}

TEST_CASE("every optimizer that compresses takes the mean of its workers before it starts to") {
    for (const OptimizerRow* row : optimizers()) {
        if (!row->compresses) continue;
        INFO(row->schema.name);
        const RunSpec one = spec_of(bowl(), configure(row->schema, {{"lr", {0.01}}}), "fp32", 1);
        RunSpec two = one;
        two.workers = 2;
        CHECK(weights_after(one, 10) == weights_after(two, 10));
    }
}

TEST_CASE("every optimizer's states have names of their own and stay finite") {
    for (const OptimizerRow* row : optimizers()) {
        INFO(row->schema.name);
        BuiltRun run(spec_of(bowl(0.1), lively(*row, 0.01), "fp32", 4), 1);
        for (int t = 0; t < 60; ++t) run.step();
        std::set<std::string> names;
        for (const std::string& name : run.machine().state_names()) {
            INFO(name);
            CHECK_FALSE(name.empty());
            CHECK(names.insert(name).second);
            const ValueId id = run.machine().find_state(name);
            for (int w = 0; w < run.machine().copies(id); ++w)
                for (double x : state(run, name, w)) CHECK(std::isfinite(x));
        }
    }
}

TEST_CASE("weight decay alone pulls weights to zero under every optimizer") {
    for (const OptimizerRow* row : optimizers()) {
        if (!find_parameter(row->schema, "weight_decay")) continue;
        INFO(row->schema.name);
        Configured optimizer = lively(*row, 0.05);
        optimizer.set("weight_decay", {0.2});
        const Configured flat =
            a_model("quadratic", {{"curvature", numbers({0, 0, 0})}, {"init", numbers({1, -1, 0.5})}});
        const std::vector<double> after = weights_after(spec_of(flat, optimizer), 100);
        CHECK(std::fabs(after[0]) < 0.5);
        CHECK(std::fabs(after[1]) < 0.5);
        CHECK(std::fabs(after[2]) < 0.25);
        optimizer.set("weight_decay", {0.0});
        CHECK(weights_after(spec_of(flat, optimizer), 100) == std::vector<double>{1, -1, 0.5});
    }
}

TEST_CASE("a group's weight decay counts instead of the optimizer's") {
    for (const OptimizerRow* row : optimizers()) {
        if (!find_parameter(row->schema, "weight_decay")) continue;
        INFO(row->schema.name);
        Configured optimizer = lively(*row, 0.05);
        optimizer.set("weight_decay", {0.2});
        RunSpec spec =
            spec_of(a_model("quadratic", {{"curvature", numbers({0, 0})}, {"tensors", integers({1, 1})}}), optimizer);
        spec.groups = {{{1}, {{"weight_decay", {0.0}}}, {}, false}, {{0}, {}, {}, false}};
        const std::vector<double> after = weights_after(spec, 20);
        CHECK(after[0] < 1.0);
        CHECK(after[1] == 1.0);
    }
}

TEST_CASE("no learning rate, no change, under every optimizer") {
    for (const OptimizerRow* row : optimizers()) {
        // Divides by the sum of its learning rates once the variance is frozen (zero_one_adam_test.cpp).
        if (row->schema.name == "zero_one_adam") continue;
        INFO(row->schema.name);
        CHECK(weights_after(spec_of(bowl(0.1), lively(*row, 0.0), "fp32", 2), 60) == std::vector<double>(8, 1.0));
    }
}

TEST_CASE("a schedule of learning rates goes by applied steps and keeps its last value") {
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers({0.5})}}), an_optimizer("sgd"));
    spec.lr_values = {0.5, 0.25};
    BuiltRun run(spec, 1);
    double w = 1.0;
    for (double lr : {0.5, 0.25, 0.25, 0.25}) {
        run.step();
        w -= lr * 0.5 * w;
        CHECK(host(run, run.handles().lr) == lr);
        CHECK(weights(run)[0] == w);
    }
}
