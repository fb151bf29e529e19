#include "batches.hpp"

#include <numeric>
#include <string>

#include "halfstep/format/philox.hpp"

namespace halfstep {
namespace {

// Row numbers without replacement inside an epoch; a pure function of (seed, step, worker), with
// the present epoch's permutation kept at hand.
class EpochSampler final : public Attachment {
public:
    EpochSampler(int samples, int workers, int batch, std::uint64_t seed)
        : random_(seed, "batches"), order_(std::size_t(samples)), workers_(workers), batch_(batch) {}

    void produce(std::int64_t step, int worker, double* out, int n) const override {
        const std::int64_t steps_per_epoch = std::int64_t(order_.size()) / (std::int64_t(workers_) * batch_);
        shuffle(step / steps_per_epoch);
        const std::int64_t first = (step % steps_per_epoch) * workers_ * batch_ + std::int64_t(worker) * batch_;
        for (int i = 0; i < n; ++i) out[i] = order_[std::size_t(first + i)];
    }

private:
    void shuffle(std::int64_t epoch) const {
        if (epoch == epoch_) return;
        std::iota(order_.begin(), order_.end(), 0);
        for (auto left = std::uint32_t(order_.size()); left > 1; --left)
            std::swap(order_[left - 1], order_[random_.below(left, std::uint64_t(epoch), 0, left)]);
        epoch_ = epoch;
    }

    RandomStream random_;
    mutable std::vector<int> order_;
    mutable std::int64_t epoch_ = -1;
    int workers_, batch_;
};

}  // namespace

Batch record_batch(Builder& b, const Dataset& data, const RunSpec& spec, std::uint64_t seed, Host iteration,
                   std::vector<std::unique_ptr<Attachment>>& attachments) {
    const int workers = spec.workers;
    if (spec.batch == 0) {
        if (data.samples % workers != 0)
            throw SpecError("workers.count", std::to_string(data.samples) + " samples cannot be shared equally by " +
                                                 std::to_string(workers) + " workers; give workers.batch");
        const int share = data.samples / workers;
        return {b.constant({share, data.features}, data.inputs, Role::activation, true),
                b.constant({share, data.outputs}, data.targets, Role::fused, true),
                {}};
    }
    if (std::int64_t(workers) * spec.batch > data.samples)
        throw SpecError("workers.batch", std::to_string(workers) + " workers with " + std::to_string(spec.batch) +
                                             " samples each need more than the " + std::to_string(data.samples) +
                                             " samples of the data set");
    attachments.push_back(std::make_unique<EpochSampler>(data.samples, workers, spec.batch, seed));
    const Expr rows = b.source(attachments.back().get(), iteration, {spec.batch, 1}, std::nullopt, true);
    const Expr inputs = b.constant({data.samples, data.features}, data.inputs, Role::activation);
    const Expr targets = b.constant({data.samples, data.outputs}, data.targets, Role::fused);
    return {b.let(Role::activation, gather(inputs, rows)), b.let(Role::fused, gather(targets, rows)), {}};
}

}  // namespace halfstep
