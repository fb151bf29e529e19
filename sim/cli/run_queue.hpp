// Which run of a sweep comes next, for several threads. Runs are handed out in order and never far ahead of the first
// unfinished one, so that what is finished out of order stays little.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "halfstep/trace/sweep_journal.hpp"

namespace halfstep {

class RunQueue {
public:
    static constexpr std::int64_t most_ahead = 256;  // runs of the shard

    // `end`: the number of runs of the whole sweep.
    RunQueue(const SweepJournal& journal, Shard shard, std::int64_t end)
        : journal_(journal), shard_(shard), end_(end), next_(journal.first_missing()) {}

    // The index of a run nobody has begun; nothing when there is none, or after stop(). Waits where it would be too
    // far ahead.
    std::optional<std::int64_t> take();
    void finished();  // after the journal was told
    void stop();

private:
    const SweepJournal& journal_;
    Shard shard_;
    std::int64_t end_, next_;
    bool stopped_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace halfstep
