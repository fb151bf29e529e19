// A run's losses and loss scales in at most 64 points: what a page shows of one run among thousands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/trace/record.hpp"

namespace halfstep {

// Each point stands for the steps from it to the next: their largest loss (NaN before infinity before numbers) and
// smallest loss scale. Memory does not grow with steps.
class CurveSink final : public Sink {
public:
    void step(const StepRecord& record, const Snapshot& snapshot) override;

    // The rest of a line of curves.jsonl after its row: "steps":[...],"loss":[...],...,"events":[...]} and a newline.
    std::string json(const std::vector<Event>& events) const;

private:
    struct Point {
        std::int64_t step = 0;
        double loss = 0, scale = 0;
    };
    void add(const Point& point);
    static const double* find(const StepRecord& record, std::string_view name, std::size_t& at);
    std::vector<Point> points_;
    std::size_t loss_at_ = 0, scale_at_ = 0;  // in a record
    std::int64_t records_ = 0, stride_ = 1;   // records a point
};

}  // namespace halfstep
