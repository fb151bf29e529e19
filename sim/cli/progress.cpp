#include "progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "interruption.hpp"
#include "terminal.hpp"

namespace halfstep {

ProgressMode resolve(ProgressMode mode, bool quiet) {
    if (mode != ProgressMode::automatic) return mode;
    if (quiet) return ProgressMode::none;
    return look_at_terminal(STDERR_FILENO).drawable ? ProgressMode::bar : ProgressMode::lines;
}

std::string time_left_text(double seconds) {
    if (seconds < 1) return "<1 s";
    if (seconds > 1e9) return "years";
    const auto all = static_cast<long long>(seconds);
    const auto pair = [](long long large, const char* name, long long small, const char* small_name) {
        return std::to_string(large) + name + (small > 0 ? " " + std::to_string(small) + small_name : "");
    };
    if (all < 60) return std::to_string(all) + " s";
    if (all < 3600) return pair(all / 60, " min", all % 60, " s");
    if (all < 86400) return pair(all / 3600, " h", all / 60 % 60, " min");
    return pair(all / 86400, " d", all / 3600 % 24, " h");
}

void print_total(const WorkView& view, double seconds) {
    std::fprintf(stderr, "  [%zu/%zu] %lld steps in %.2f s%s\n", view.runs_done, view.runs,
                 static_cast<long long>(view.steps_done), seconds, verdict_counts_text(view).c_str());
}

std::string verdict_counts_text(const WorkView& view) {
    std::string text;
    for (const auto& [verdict, count] : view.verdicts) text += ", " + std::to_string(count) + " " + verdict;
    return text;
}

Progress::Progress(ProgressMode mode, const std::string& scenario, WorkList items, std::size_t workers)
    : work_(std::move(items), workers), begin_(std::chrono::steady_clock::now()) {
    if (work_.size() == 0) return;
    if (mode == ProgressMode::bar) display_ = make_progress_bar();
    if (mode == ProgressMode::lines) display_ = make_progress_lines();
    if (mode == ProgressMode::json) display_ = make_progress_events(scenario);
    if (display_) thread_ = std::thread([this] { watch(); });
}

Progress::~Progress() {
    if (!display_) return;
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    closed_.notify_one();
    thread_.join();
    const WorkView view = look();
    display_->close(view, seconds(), stop_requested || view.runs_done < view.runs);
}

std::atomic<std::int64_t>& Progress::begin(std::size_t worker, std::size_t item) {
    std::atomic<std::int64_t>& steps = work_.begin(worker, item);
    const std::lock_guard lock(mutex_);
    if (display_) display_->begin_run(work_.item(item));
    return steps;
}

void Progress::end(std::size_t worker, std::size_t item, const RunSummary& summary) {
    work_.end(worker);
    const std::lock_guard lock(mutex_);
    if (display_) display_->end_run(work_.item(item), summary);
}

double Progress::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

WorkView Progress::look() {
    WorkView view = work_.look();
    const double now = seconds();
    cost_.add(now - seen_at_, view.running.size(), view.steps_done - steps_seen_);
    seen_at_ = now;
    steps_seen_ = view.steps_done;
    if (const auto cost = cost_.seconds_a_step()) view.seconds_left = *cost * work_.steps_left(view);
    return view;
}

void Progress::watch() {
    std::unique_lock lock(mutex_);
    while (!closed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return closing_; }))
        display_->show(work_, look());
}

}  // namespace halfstep
