#include "engine/batches.hpp"

#include <algorithm>
#include <set>

#include "catch.hpp"
#include "halfstep/program/machine.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// A data set whose row i is (i, i + 1000) -> 2 i, fed to `workers` workers.
class Feed {
public:
    Feed(int samples, int workers, int batch, std::uint64_t seed = 1) : workers_(workers) {
        Dataset data{
            .samples = samples, .features = 2, .outputs = 1, .classification = false, .inputs = {}, .targets = {}};
        for (int i = 0; i < samples; ++i) {
            data.inputs.insert(data.inputs.end(), {double(i), i + 1000.0});
            data.targets.push_back(2.0 * i);
        }
        RunSpec spec = spec_of(a_model("mlp"), an_optimizer("sgd"), "fp32", workers);
        spec.batch = batch;
        Builder b(workers);
        iteration_ = b.host_state("iteration", 0);
        const Batch recorded = record_batch(b, data, spec, seed, iteration_, attachments_);
        const int rows = recorded.inputs.shape().rows;
        inputs_ = b.state("inputs", {rows, 2}, Role::activation, {0.0}, true);
        targets_ = b.state("targets", {rows, 1}, Role::fused, {0.0}, true);
        b.store(inputs_, Role::activation, cast(recorded.inputs));
        b.store(targets_, Role::fused, cast(recorded.targets));
        machine_ = make_binary64(b.program());
    }

    // The sample numbers of every worker on a step.
    std::vector<std::vector<int>> operator()(std::int64_t step) {
        machine_->set_host(iteration_.id, double(step));
        machine_->step();
        std::vector<std::vector<int>> samples;
        for (int w = 0; w < workers_; ++w) {
            std::vector<double> x, y;
            machine_->read(inputs_.id(), w, x);
            machine_->read(targets_.id(), w, y);
            samples.emplace_back();
            for (std::size_t i = 0; i < y.size(); ++i) {
                REQUIRE(x[2 * i + 1] == x[2 * i] + 1000);  // whole rows,
                REQUIRE(y[i] == 2 * x[2 * i]);             // with their own target
                samples.back().push_back(int(x[2 * i]));
            }
        }
        return samples;
    }

private:
    int workers_;
    std::vector<std::unique_ptr<Attachment>> attachments_;
    Host iteration_;
    State inputs_, targets_;
    std::unique_ptr<Machine> machine_;
};

std::vector<int> joined(const std::vector<std::vector<int>>& samples) {
    std::vector<int> all;
    for (const auto& one : samples) all.insert(all.end(), one.begin(), one.end());
    return all;
}

}  // namespace

TEST_CASE("without a batch size every worker keeps its own contiguous share") {
    Feed feed(12, 3, 0);
    for (std::int64_t step : {0, 1, 7})
        CHECK(feed(step) == std::vector<std::vector<int>>{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}});
}

TEST_CASE("an epoch visits every sample at most once, whoever gets it") {
    const int samples = 23, workers = 3, batch = 2, steps_an_epoch = 23 / 6;
    Feed feed(samples, workers, batch);
    std::set<std::set<int>> left_out;
    for (int epoch = 0; epoch < 10; ++epoch) {
        std::set<int> seen;
        for (int s = 0; s < steps_an_epoch; ++s)
            for (int i : joined(feed(epoch * steps_an_epoch + s))) {
                CHECK((i >= 0 && i < samples));
                CHECK(seen.insert(i).second);
            }
        CHECK(seen.size() == std::size_t(steps_an_epoch * workers * batch));
        left_out.insert(seen);
    }
    CHECK(left_out.size() > 3);  // it is not always the same samples that are left out
}

TEST_CASE("a batch size that divides the data visits every sample exactly once an epoch") {
    Feed feed(16, 2, 4);
    for (int epoch = 0; epoch < 5; ++epoch) {
        std::vector<int> seen = joined(feed(2 * epoch));
        for (int i : joined(feed(2 * epoch + 1))) seen.push_back(i);
        std::sort(seen.begin(), seen.end());
        for (int i = 0; i < 16; ++i) CHECK(seen[std::size_t(i)] == i);
    }
}

TEST_CASE("what a worker sees is a function of the step, not of the steps before") {
    Feed forwards(40, 2, 3), backwards(40, 2, 3), other_seed(40, 2, 3, 2);
    std::vector<std::vector<std::vector<int>>> seen;
    for (int step = 0; step < 20; ++step) seen.push_back(forwards(step));
    for (int step = 19; step >= 0; --step) CHECK(backwards(step) == seen[std::size_t(step)]);
    CHECK(other_seed(0) != seen[0]);
    CHECK(seen[0] != seen[6]);  // six steps an epoch: a new order
}

TEST_CASE("which sample comes first is uniform") {
    Feed feed(4, 1, 4);
    std::vector<int> first(4, 0), last(4, 0);
    for (int epoch = 0; epoch < 4000; ++epoch) {
        const auto order = feed(epoch)[0];
        ++first[std::size_t(order[0])];
        ++last[std::size_t(order[3])];
    }
    // Binomial with n = 4000, p = 1/4: a standard deviation of 27; five of them.
    for (int count : first) CHECK(std::abs(count - 1000) < 137);
    for (int count : last) CHECK(std::abs(count - 1000) < 137);
}
