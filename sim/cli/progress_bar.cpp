// One line that is drawn over itself.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "interruption.hpp"
#include "progress.hpp"
#include "terminal.hpp"
#include "text_layout.hpp"

namespace halfstep {
namespace {

constexpr int widest_bar = 40, narrowest_bar = 8;
constexpr char erase_line[] = "\r\x1b[K";

std::atomic<bool> on_screen = false;

class ProgressBar final : public ProgressDisplay {
public:
    void show(const Work&, const WorkView& view) override {
        // In the background the line belongs to somebody else.
        const pid_t foreground = tcgetpgrp(STDERR_FILENO);
        if (foreground > 0 && foreground != getpgrp()) return;
        const std::string text =
            progress_bar_text(view, terminal_columns(STDERR_FILENO), terminal_.unicode, stop_requested);
        if (text == shown_) return;
        on_screen = true;
        std::fputs((erase_line + text).c_str(), stderr);
        shown_ = text;
    }

    void close(const WorkView& view, double seconds, bool stopped) override {
        if (on_screen.exchange(false)) std::fputs(erase_line, stderr);
        if (!stopped) print_total(view, seconds);
    }

private:
    Terminal terminal_ = look_at_terminal(STDERR_FILENO);
    std::string shown_;
};

std::string drawn(double share, int width, bool unicode) {
    std::string bar;
    const int full = static_cast<int>(share * width);
    for (int i = 0; i < width; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : ".");
    return bar;
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace

std::string progress_bar_text(const WorkView& view, int columns, bool unicode, bool stopping) {
    const double share =
        view.steps > 0 ? std::clamp(static_cast<double>(view.steps_done) / static_cast<double>(view.steps), 0.0, 1.0)
                       : 0;
    const std::string head = "  [" + std::to_string(view.runs_done) + "/" + std::to_string(view.runs) + "]";
    // Fields of a fixed width, so that the bar does not move when numbers grow.
    const std::string all = std::to_string(view.steps);
    const std::string percent = right(std::to_string(static_cast<int>(100 * share)), 4) + "%";
    const std::string steps = ", " + right(std::to_string(view.steps_done), all.size()) + " of " + all + " steps";
    const std::string left = padded(view.seconds_left ? ", " + time_left_text(*view.seconds_left) + " left" : "", 18);
    const int room = columns - 1;  // a full last column would begin a new line
    if (stopping) {
        for (const char* words : {" stopping after this step; Ctrl-C again ends at once", " stopping"})
            if (display_width(head) + display_width(words) <= room) return head + words;
    }
    const std::string verdicts = verdict_counts_text(view);
    for (const std::string& tail : {percent + steps + left + verdicts, percent + left + verdicts,
                                    percent + steps + left, percent + left, percent}) {
        const int bar = std::min(widest_bar, room - display_width(head) - 1 - display_width(tail));
        if (bar < narrowest_bar) continue;
        std::string text = head + " " + drawn(share, bar, unicode) + tail;
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    }
    for (const std::string& text : {head + percent, percent})
        if (display_width(text) <= room) return text;
    return "";
}

void wipe_progress_bar() {
    if (!on_screen.exchange(false)) return;
    [[maybe_unused]] const auto written = write(STDERR_FILENO, erase_line, sizeof erase_line - 1);
}

std::unique_ptr<ProgressDisplay> make_progress_bar() {
    return std::make_unique<ProgressBar>();
}

}  // namespace halfstep
