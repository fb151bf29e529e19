// The runs of one file as work: what is done, what is running and how far it is, and when all of it
// will be done. A run that goes on stores its steps in a counter of its own (one relaxed store a
// step); whoever wants to know looks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace halfstep {

struct WorkItem {
    std::string run;
    std::uint64_t seed = 0;
    std::int64_t steps = 0;
};

// The items without a list of them, where there are too many.
struct WorkList {
    std::size_t size = 0;
    std::int64_t steps = 0;  // of all items together
    std::function<WorkItem(std::size_t)> item;
    WorkList() = default;
    WorkList(std::vector<WorkItem> items);  // NOLINT(google-explicit-constructor): a list is one
    WorkList(std::size_t count, std::int64_t all_steps, std::function<WorkItem(std::size_t)> make)
        : size(count), steps(all_steps), item(std::move(make)) {}
};

struct RunningItem {
    std::size_t item = 0;  // index of the WorkItem
    std::int64_t step = 0;
};

// What was seen at one moment.
struct WorkView {
    std::size_t runs_done = 0, runs = 0;
    std::int64_t steps_done = 0, steps = 0;  // over all runs
    std::vector<RunningItem> running;
    std::optional<double> seconds_left;            // nothing before enough was seen
    std::map<std::string, std::int64_t> verdicts;  // of a sweep's runs so far
};

class Work {
public:
    // Items are begun in order, each by one of `workers` threads.
    Work(WorkList items, std::size_t workers);

    std::atomic<std::int64_t>& begin(std::size_t worker, std::size_t item);
    void end(std::size_t worker);
    void count(const std::string& verdict);

    std::size_t size() const { return items_.size; }
    WorkItem item(std::size_t i) const { return items_.item(i); }
    WorkView look() const;  // without seconds_left
    // Steps the busiest worker still has before it, as `busiest` has it.
    double steps_left(const WorkView& view) const;

private:
    struct alignas(64) Counter {  // a cache line each: workers do not wait for each other
        std::atomic<std::int64_t> steps = 0;
        std::optional<std::size_t> item;
    };
    WorkList items_;
    std::vector<Counter> counters_;  // one a worker
    std::map<std::string, std::int64_t> verdicts_;
    std::size_t begun_ = 0, done_ = 0;
    std::int64_t steps_done_ = 0;  // of the items that ended
    mutable std::mutex mutex_;
};

// What a step costs a worker, averaged over the last half minute or so: steady, but it follows a
// machine that gets busier.
class StepCost {
public:
    // `seconds` went by in which `workers` did `steps` steps together.
    void add(double seconds, std::size_t workers, std::int64_t steps);
    std::optional<double> seconds_a_step() const;  // nothing in the first half second

private:
    double worker_seconds_ = 0, steps_ = 0, seen_ = 0;
};

// Steps the busiest worker still has before it when each worker that gets free takes the next item:
// with three equal runs and two workers that is two runs' steps, not one and a half.
double busiest(std::span<const std::int64_t> running, std::span<const std::int64_t> waiting, std::size_t workers);

}  // namespace halfstep
