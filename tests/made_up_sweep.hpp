// A made-up sweep of two axes, one of them of texts that a table must quote.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "halfstep/trace/sweep_rows.hpp"
#include "halfstep/trace/sweep_store.hpp"
#include "synthetic.hpp"

namespace synthetic {

inline halfstep::Experiment sweep_experiment() {
    using namespace halfstep;
    Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    Sweep sweep;
    sweep.axes = {
        {{{"optimizer.lr", AxisScale::logarithmic, {{"0.1", 0.1}, {"1", 1}, {"10", 10}}}}},
        {{{"model.form", AxisScale::named, {{"plain", 0}, {"a, \"quoted\" one", 1}, {"{ x = [1, 2] }", 2}}}}}};
    sweep.seeds = {3, 4};
    sweep.runs = {"base", "adam"};
    sweep.metrics = {"max_loss"};
    sweep.curves = true;
    sweep.size = 2 * 3 * 3 * 2;
    experiment.sweep = sweep;
    return experiment;
}

// The row of a run, in index order: made up, but a function of the index.
inline halfstep::SweepRow sweep_row(std::int64_t index) {
    const double infinity = std::numeric_limits<double>::infinity();
    const halfstep::Sweep sweep = *sweep_experiment().sweep;
    halfstep::SweepRow row;
    row.run = index < 18 ? "base" : "adam";
    row.seed = index % 2 ? 4 : 3;
    row.at = {sweep.axes[0].keys[0].values[std::size_t(index / 6 % 3)].text,
              sweep.axes[1].keys[0].values[std::size_t(index / 2 % 3)].text};
    row.verdict = index % 5 == 0 ? "diverged" : "trains";
    row.metrics = {{}, 0.1 * double(index), infinity, -infinity, -0.0, 5e-324};
    row.digest = "0123456789abcdef";
    return row;
}

inline halfstep::SweepJournal::Entry sweep_entry(std::int64_t index) {
    return {index, halfstep::sweep_row_text(sweep_row(index)),
            "\"steps\":[" + std::to_string(index) + "],\"events\":[]}\n"};
}

inline std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// While it lives no file of this process grows beyond so many bytes: a disk that is full.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    void (*handler_)(int);
    rlimit before_{};
};

}  // namespace synthetic
