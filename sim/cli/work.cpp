#include "work.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>

namespace halfstep {
namespace {

constexpr double horizon = 30;            // seconds after which what was seen counts 1/e
constexpr double least_seen = 0.5;        // seconds before anything is said
constexpr std::size_t most_queued = 512;  // beyond, how the last runs fall does not matter

}  // namespace

WorkList::WorkList(std::vector<WorkItem> items) : size(items.size()) {
    for (const WorkItem& one : items) steps += one.steps;
    item = [all = std::move(items)](std::size_t i) { return all.at(i); };
}

Work::Work(WorkList items, std::size_t workers) : items_(std::move(items)), counters_(workers) {}

void Work::count(const std::string& verdict) {
    const std::lock_guard lock(mutex_);
    ++verdicts_[verdict];
}

std::atomic<std::int64_t>& Work::begin(std::size_t worker, std::size_t item) {
    const std::lock_guard lock(mutex_);
    begun_ = std::max(begun_, item + 1);
    Counter& counter = counters_.at(worker);
    counter.item = item;
    counter.steps = 0;
    return counter.steps;
}

void Work::end(std::size_t worker) {
    const std::lock_guard lock(mutex_);
    Counter& counter = counters_.at(worker);
    steps_done_ += counter.steps;
    counter.item.reset();
    ++done_;
}

WorkView Work::look() const {
    const std::lock_guard lock(mutex_);
    WorkView view{done_, items_.size, steps_done_, items_.steps, {}, {}, verdicts_};
    for (const Counter& counter : counters_)
        if (counter.item) {
            view.running.push_back({*counter.item, counter.steps.load(std::memory_order_relaxed)});
            view.steps_done += view.running.back().step;
        }
    return view;
}

double Work::steps_left(const WorkView& view) const {
    std::size_t begun;
    {
        const std::lock_guard lock(mutex_);
        begun = begun_;
    }
    if (items_.size - begun > most_queued)
        return static_cast<double>(view.steps - view.steps_done) / static_cast<double>(counters_.size());
    std::vector<std::int64_t> running, waiting;
    for (const RunningItem& r : view.running) running.push_back(items_.item(r.item).steps - r.step);
    for (std::size_t i = begun; i < items_.size; ++i) waiting.push_back(items_.item(i).steps);
    return busiest(running, waiting, counters_.size());
}

void StepCost::add(double seconds, std::size_t workers, std::int64_t steps) {
    const double kept = std::exp(-seconds / horizon);
    worker_seconds_ = kept * worker_seconds_ + seconds * static_cast<double>(workers);
    steps_ = kept * steps_ + static_cast<double>(steps);
    seen_ += seconds;
}

std::optional<double> StepCost::seconds_a_step() const {
    if (seen_ < least_seen || steps_ <= 0) return std::nullopt;
    return worker_seconds_ / steps_;
}

double busiest(std::span<const std::int64_t> running, std::span<const std::int64_t> waiting, std::size_t workers) {
    std::priority_queue<double, std::vector<double>, std::greater<>> loads;
    double most = 0;
    const auto give = [&](double load) {
        loads.push(load);
        most = std::max(most, load);
    };
    for (const std::int64_t steps : running) give(static_cast<double>(steps));
    while (loads.size() < std::max<std::size_t>(workers, 1)) loads.push(0);
    for (const std::int64_t steps : waiting) {
        const double load = loads.top() + static_cast<double>(steps);
        loads.pop();
        give(load);
    }
    return most;
}

}  // namespace halfstep
