// A line for every tenth of the work, for logs.
#include <cstdio>

#include "progress.hpp"

namespace halfstep {
namespace {

class ProgressLines final : public ProgressDisplay {
public:
    void show(const Work&, const WorkView& view) override {
        const auto tenths = view.steps > 0 ? 10 * view.steps_done / view.steps : 0;
        if (tenths <= said_ || tenths >= 10) return;
        said_ = tenths;
        const std::string left = view.seconds_left ? ", " + time_left_text(*view.seconds_left) + " left" : "";
        std::fprintf(stderr, "  [%zu/%zu] %lld%%, %lld of %lld steps%s%s\n", view.runs_done, view.runs,
                     static_cast<long long>(100 * view.steps_done / view.steps),
                     static_cast<long long>(view.steps_done), static_cast<long long>(view.steps), left.c_str(),
                     verdict_counts_text(view).c_str());
    }

    void close(const WorkView& view, double seconds, bool stopped) override {
        if (!stopped) print_total(view, seconds);
    }

private:
    std::int64_t said_ = 0;
};

}  // namespace

std::unique_ptr<ProgressDisplay> make_progress_lines() {
    return std::make_unique<ProgressLines>();
}

}  // namespace halfstep
