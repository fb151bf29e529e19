// Progress of `halfstep run`: a thread of its own looks at the work ten times a second and shows it
// on standard error, as a bar, as lines or as JSON events. The runs notice nothing but a store a step.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "halfstep/trace/record.hpp"
#include "work.hpp"

namespace halfstep {

enum class ProgressMode { automatic, bar, lines, json, none };
inline constexpr const char* progress_names[] = {"auto", "bar", "lines", "json", "none"};  // in the order of the modes

// What `auto` is: a bar where standard error is a terminal that can draw one, lines where it is not,
// nothing with --quiet.
ProgressMode resolve(ProgressMode mode, bool quiet);

// How progress is shown. Calls come one at a time.
class ProgressDisplay {
public:
    virtual ~ProgressDisplay() = default;
    virtual void begin_run(const WorkItem&) {}
    virtual void end_run(const WorkItem&, const RunSummary&) {}
    virtual void show(const Work& work, const WorkView& view) = 0;
    // Leaves the terminal as it was and says what came of it. `stopped`: interrupted or failed.
    virtual void close(const WorkView& view, double seconds, bool stopped) = 0;
};
std::unique_ptr<ProgressDisplay> make_progress_bar();
std::unique_ptr<ProgressDisplay> make_progress_lines();
std::unique_ptr<ProgressDisplay> make_progress_events(const std::string& scenario);

class Progress {
public:
    Progress(ProgressMode mode, const std::string& scenario, WorkList items, std::size_t workers);
    ~Progress();  // ends the display
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // `worker` counts from 0; each has one run at a time. Returns where the run stores its steps.
    std::atomic<std::int64_t>& begin(std::size_t worker, std::size_t item);
    void end(std::size_t worker, std::size_t item, const RunSummary& summary);
    void count(const std::string& verdict) { work_.count(verdict); }

private:
    void watch();
    WorkView look();
    double seconds() const;

    Work work_;
    StepCost cost_;
    double seen_at_ = 0;           // seconds()
    std::int64_t steps_seen_ = 0;  // then
    std::chrono::steady_clock::time_point begin_;
    std::unique_ptr<ProgressDisplay> display_;
    bool closing_ = false;
    std::mutex mutex_;
    std::condition_variable closed_;
    std::thread thread_;
};

// "<1 s", "42 s", "2 min 5 s", "3 h 20 min", "2 d 4 h".
std::string time_left_text(double seconds);

// One line of at most `columns` - 1 columns, from as much as fits.
std::string progress_bar_text(const WorkView& view, int columns, bool unicode, bool stopping);

// ", 12 diverged, 40 trains"; empty without any.
std::string verdict_counts_text(const WorkView& view);

// What stays when all runs are done: "  [15/15] 30000 steps in 0.42 s".
void print_total(const WorkView& view, double seconds);

// Called by the signal handler: wipes a bar that is on the screen. Async-signal-safe.
void wipe_progress_bar();

}  // namespace halfstep
