// Finds the first event of each kind (halfstep/trace/event.hpp) while a run goes. Every step is looked
// at cheaply (halfstep/program/step_watch.hpp, and the states themselves every `stride` steps); where
// something shows, the steps since the last checkpoint are repeated, and the one in which it happened
// once more with an observer. The run then goes on where it was, with the same bits.
//
// A checkpoint is a copy of all states, kept every `stride` steps: twice the memory of the states, and
// of time 1/stride of a copy a step. Reference arithmetic has no formats and no events.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "built_run.hpp"
#include "halfstep/trace/event.hpp"
#include "value_names.hpp"

namespace halfstep {

// An error buffer is said to exceed its signal when its 2-norm is more than this many times that of
// what it is added to. Sign compression leaves an error of 0.6 times what it compresses of a Gaussian
// vector and at most sqrt(2) times; over the steps the buffer grows to about 1.5 times the signal
// (measured: 0.2 to 7 in the shipped scenarios). At 10 less than a tenth of what is sent is news. A
// small tensor's signal may pass through zero, so it has to be so in ten compressions in a row; the
// event is the tenth.
inline constexpr double error_exceeds_ratio = 10.0;
inline constexpr int error_exceeds_steps = 10;

class EventWatch {
public:
    EventWatch(BuiltRun& run, const RunSpec& spec);

    // Around every step of the run.
    void before_step();
    void after_step(bool skipped, double scale, double next_scale);

    // The original raises `error` in this step, and the run ends.
    void fail(std::int64_t step, const std::string& error);

    // In the order of their steps; call once, after the last step.
    std::vector<Event> finish();

private:
    static constexpr std::int64_t stride = 16;
    static constexpr int patience = 4;  // searches in vain before a kind is given up
    static constexpr std::size_t most_ignored = 16;

    bool active() const { return names_.has_value(); }
    bool open(const char* kind) const { return !events_.contains(kind) && vain_.at(kind) < patience; }
    void watch();
    void keep(Event event);
    void look_at_start();
    bool suspicious(const NonFinite& seen) const;
    NonFinite seen_in_step(bool skipped) const;
    bool search_nonfinite();
    void look_into(const NonFinite& seen, const StepFindings& found);
    std::optional<StepFindings::Error> lasting_error(const StepFindings& found);
    void explain_step(const StepFindings& found);
    void look_at_scale(std::int64_t step, bool skipped, double scale, double next_scale);
    template <class Explain>
    void repeat_last_step(Explain explain);

    BuiltRun& run_;
    const RunSpec& spec_;
    std::optional<ValueNames> names_;  // of a run that is watched
    std::vector<ValueId> weights_;     // that the optimizer updates
    ValueId gradient_ = no_value;
    double floor_ = 0;
    bool has_floor_ = false;
    std::map<std::string, Event, std::less<>> events_;  // by kind
    std::map<std::string, int, std::less<>> vain_;
    std::set<std::int32_t> ignored_;         // operations that swallow what a division by zero made
    std::map<std::int32_t, int> exceeding_;  // steps in a row, by instruction
    BuiltRun::Checkpoint checkpoint_, start_, live_;
};

}  // namespace halfstep
