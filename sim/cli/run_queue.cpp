#include "run_queue.hpp"

#include <chrono>

#include "interruption.hpp"

namespace halfstep {

std::optional<std::int64_t> RunQueue::take() {
    std::unique_lock lock(mutex_);
    for (;;) {
        while (next_ < end_ && journal_.has(next_)) next_ += shard_.count;
        if (stopped_ || stop_requested || next_ >= end_) return std::nullopt;
        if (next_ - journal_.first_missing() <= most_ahead * shard_.count) break;
        changed_.wait_for(lock, std::chrono::milliseconds(100));  // a signal wakes nobody
    }
    const std::int64_t index = next_;
    next_ += shard_.count;
    return index;
}

void RunQueue::finished() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
}

void RunQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

}  // namespace halfstep
