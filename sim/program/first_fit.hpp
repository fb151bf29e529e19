// Memory for values that live for a while: each gets the lowest place that is free when it begins.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <queue>
#include <vector>

namespace halfstep {

class FirstFit {
public:
    explicit FirstFit(std::int64_t base) : end_(base), highest_(base) {}

    // The offset of `size` elements, at least one, that are in use from time `first` to time `last`.
    // Calls come in the order of `first`. Takes time in proportion to the holes there are.
    std::int64_t place(std::int64_t first, std::int64_t last, std::int64_t size) {
        for (; !in_use_.empty() && in_use_.top().last < first; in_use_.pop()) release(in_use_.top());
        std::int64_t at = end_;
        const auto hole = std::find_if(holes_.begin(), holes_.end(), [&](const auto& h) { return h.second >= size; });
        if (hole == holes_.end()) {
            end_ += size;
        } else {
            at = hole->first;
            const std::int64_t left = hole->second - size;
            holes_.erase(hole);
            if (left > 0) holes_.emplace(at + size, left);
        }
        highest_ = std::max(highest_, end_);
        in_use_.push({last, at, size});
        return at;
    }

    std::int64_t highest() const { return highest_; }  // the end of all that was ever in use

private:
    struct Block {
        std::int64_t last, offset, size;
        bool operator>(const Block& other) const { return last > other.last; }
    };

    // Joins the holes beside it.
    void release(Block freed) {
        auto next = holes_.lower_bound(freed.offset);
        if (next != holes_.end() && freed.offset + freed.size == next->first) {
            freed.size += next->second;
            next = holes_.erase(next);
        }
        if (next != holes_.begin()) {
            const auto before = std::prev(next);
            if (before->first + before->second == freed.offset) {
                freed.offset = before->first;
                freed.size += before->second;
                holes_.erase(before);
            }
        }
        if (freed.offset + freed.size == end_)
            end_ = freed.offset;
        else
            holes_.emplace(freed.offset, freed.size);
    }

    std::int64_t end_, highest_;                  // everything from end_ on is free
    std::map<std::int64_t, std::int64_t> holes_;  // offset to size, never beside each other
    std::priority_queue<Block, std::vector<Block>, std::greater<>> in_use_;
};

}  // namespace halfstep
