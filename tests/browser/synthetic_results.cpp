// synthetic_results OUT: results folders that no scenario gives quickly, for the tests of the pages in a
// browser: full of events and traced tensors, hostile, empty, short, wide, large.
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>

#include "halfstep/trace/store.hpp"
#include "synthetic.hpp"
#include "synthetic_sweeps.hpp"

using namespace halfstep;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// A bell of exponents around `centre`, of `count` values; what lies below `lowest` became zero, what lies
// above `highest` infinite.
TensorStats bell(const std::string& role, const std::string& tensor, std::int64_t count, double centre, double width,
                 int lowest, int highest, int smallest_normal) {
    TensorStats stats;
    stats.role = role;
    stats.tensor = tensor;
    stats.count = count;
    std::int64_t left = count;
    for (int e = static_cast<int>(centre) - 20; e <= static_cast<int>(centre) + 20; ++e) {
        const double z = (e - centre) / width;
        const auto here = std::min(
            left, static_cast<std::int64_t>(static_cast<double>(count) * std::exp(-0.5 * z * z) / (width * 2.5066)));
        if (here == 0) continue;
        left -= here;
        if (e < lowest) {
            stats.zeros += here;
            stats.underflows += here;
        } else if (e > highest) {
            stats.infinities += here;
            stats.overflows += here;
        } else {
            stats.exponents.emplace_back(e, here);
            if (e < smallest_normal) stats.subnormals += here;
        }
    }
    stats.zeros += left;
    if (!stats.exponents.empty()) {
        stats.min_abs = std::ldexp(1.0, stats.exponents.front().first);
        stats.max_abs = std::ldexp(1.5, stats.exponents.back().first);
        stats.rms = std::ldexp(1.0, static_cast<int>(centre));
    }
    return stats;
}

Event overflow_event(std::int64_t step) {
    Event event;
    event.kind = "overflow";
    event.step = step;
    event.worker = 2;
    event.piece = "backward";
    event.role = "gradient";
    event.tensor = "w2";
    event.index = 17;
    event.operation = "mul";
    event.operands = {{"delta[3]", 812.5}, {"h1[3]", 96.0}};
    event.exact = 78000;
    event.rounded = infinity;
    event.format = "fp16";
    event.limit = 65504;
    event.sentence = "Step " + std::to_string(step) +
                     ": on worker 2 the backward pass made w2[17] of gradient infinite: 812.5 × 96 = 78000 is beyond "
                     "fp16's largest value, 65504.";
    return event;
}

Event nan_event(std::int64_t step) {
    Event event;
    event.kind = "nan";
    event.step = step;
    event.piece = "update";
    event.role = "exp_avg";
    event.tensor = "exp_avg[0]";
    event.operation = "sub";
    event.operands = {{"exp_avg", infinity}, {"grad", infinity}};
    event.rounded = nan_value;
    event.exact = nan_value;
    event.format = "fp16";
    event.sentence = "∞ − ∞ made the first NaN, in exp_avg[0] of the update.";  // without its step
    return event;
}

struct Shape {
    std::int64_t steps = 300, record_every = 1, trace_every = 10;
    int tensors = 6;
};

double wave(std::int64_t step, std::size_t salt) {
    return std::sin(static_cast<double>(step) * 0.37 + static_cast<double>(salt)) *
           std::sin(static_cast<double>(step) * 0.0123);
}

// A run that overflows at step `breaks` and is NaN two thirds of the way; -1: it goes on well.
void make_run(Store& store, const RunSpec& spec, std::uint64_t seed, std::size_t index, const Shape& shape,
              std::int64_t breaks) {
    auto file = store.begin(spec.run, seed);
    const std::int64_t dead = breaks < 0 ? shape.steps : shape.steps * 2 / 3 + static_cast<std::int64_t>(seed);
    const bool narrow = spec.preset != "fp32";
    double scale = 65536;
    for (std::int64_t step = 0; step < shape.steps; ++step) {
        const bool skipped = breaks >= 0 && step >= breaks && step < breaks + 12;
        if (skipped) scale = std::max(1.0, scale / 2);
        if (step % shape.record_every == 0 || step + 1 == shape.steps) {
            const double t = static_cast<double>(step) / static_cast<double>(shape.steps);
            const double noise = wave(step, index);
            const double clean = 0.7 * std::exp(-3 * t) * (1 + 0.1 * wave(step, 0));
            const double loss =
                step >= dead ? nan_value : clean * (1 + 0.2 * static_cast<double>(index)) + (skipped ? 40 : 0);
            std::vector<std::pair<std::string_view, double>> series = {
                {"loss", loss}, {"lr", 1e-3}, {"loss_scale", scale}, {"skipped", skipped ? 1.0 : 0.0}};
            if (!skipped) series.emplace_back("grad_norm", step >= dead ? nan_value : 1 + noise * noise);
            series.emplace_back("update_norm", 1e-3 * (1 + noise * noise));
            series.emplace_back("momentum_cosine", 0.9 * std::cos(6 * t) + 0.1 * noise);
            series.emplace_back("worker_error_norm", 0.1 * t + 0.01 * std::abs(noise));
            series.emplace_back("worker_error_ratio", 3 * t * t + 0.02 * std::abs(noise));
            series.emplace_back("bytes_sent", 1024.0 * static_cast<double>(step + 1));
            series.emplace_back("lost_updates", std::floor(50 * t * (1 + noise)));
            series.emplace_back("reference_distance", 1e-6 * std::exp(8 * t));
            series.emplace_back("reference_loss", clean);
            series.emplace_back("my_watch", noise);
            file->step({step, skipped, series}, synthetic::NoSnapshot());
        }
        if (step % shape.trace_every != 0 && step + 1 != shape.steps) continue;
        std::vector<TensorStats> tensors;
        const double drift = -4 - 12 * static_cast<double>(step) / static_cast<double>(shape.steps);
        for (int i = 0; i < shape.tensors; ++i) {
            const std::string name = "w" + std::to_string(i + 1);
            const bool burst = skipped && i == 1;
            tensors.push_back(bell("gradient", name, 4096, burst ? 16 : drift - i, 2.5, narrow ? -24 : -149,
                                   narrow ? 15 : 127, narrow ? -14 : -126));
            if (step >= dead && i == 2) {
                tensors.back() = {};
                tensors.back().role = "gradient";
                tensors.back().tensor = name;
                tensors.back().count = tensors.back().nans = 4096;
            }
            tensors.push_back(
                bell("exp_avg_sq", "exp_avg_sq[" + std::to_string(i) + "]", 4096, 2 * drift - i, 4, -149, 127, -126));
            TensorStats weights =
                bell("weight", name, 4096, -3, 1.5, narrow ? -24 : -149, narrow ? 15 : 127, narrow ? -14 : -126);
            weights.unchanged = narrow ? step * 4096 / shape.steps : 0;
            tensors.push_back(weights);
        }
        file->tensors(step, tensors);
    }
    RunSummary summary = synthetic::summary(spec.run, seed,
                                            {{"final_loss", dead < shape.steps ? nan_value : 0.04},
                                             {"skipped_steps", breaks < 0 ? 0.0 : 12.0},
                                             {"first_skip_step", static_cast<double>(breaks)}},
                                            shape.steps);
    if (breaks >= 0) summary.events = {overflow_event(breaks), nan_event(dead)};
    store.commit(std::move(file), std::move(summary));
}

Experiment experiment(const std::string& name, const std::vector<std::string>& runs,
                      const std::vector<std::uint64_t>& seeds, const Shape& shape) {
    Experiment made = synthetic::experiment(runs, seeds, shape.steps);
    made.name = name;
    for (std::size_t i = 0; i < made.runs.size(); ++i) {
        made.runs[i].scenario = name;
        made.runs[i].preset = i % 2 == 0 ? "fp16" : "fp32";
        made.runs[i].precision = find_preset(made.runs[i].preset)->make();
    }
    return made;
}

void write(const std::filesystem::path& out, const Experiment& experiment, const Shape& shape) {
    Store store(out, experiment);
    for (std::size_t i = 0; i < experiment.runs.size(); ++i)
        for (const std::uint64_t seed : experiment.seeds)
            make_run(store, experiment.runs[i], seed, i, shape,
                     i % 2 == 0 ? shape.steps / 3 + static_cast<std::int64_t>(seed) : -1);
    store.finish();
}

// Series whose every value is `value`, and nothing else.
void write_constant(const std::filesystem::path& out, const std::string& name, std::int64_t steps, double value) {
    Experiment experiment = synthetic::experiment({"base", "other"}, {1}, steps);
    experiment.name = name;
    Store store(out, experiment);
    for (const RunSpec& spec : experiment.runs) {
        auto file = store.begin(spec.run, 1);
        for (std::int64_t step = 0; step < steps; ++step)
            file->step({step, false, {{"loss", value}, {"loss_scale", 1}, {"grad_norm", value}}},
                       synthetic::NoSnapshot());
        store.commit(std::move(file), synthetic::summary(spec.run, 1, {{"final_loss", value}}, steps));
    }
    store.finish();
}

void write_hostile(const std::filesystem::path& out) {
    const std::string attack =
        "</script><script>document.title='cracked'</script><img src=x onerror=alert(1)> & \" ' \\";
    const std::string right_to_left =
        "\u05e8\u05d9\u05e6\u05d4 \u202e abc";  // with an override that would turn what follows
    const Shape shape{60, 1, 5, 2};
    Experiment hostile = experiment("hostile", {"base", attack, right_to_left}, {1}, shape);
    hostile.title = hostile.claim = hostile.teaches = hostile.predict = hostile.source = attack + right_to_left;
    hostile.changes = "--set " + attack;
    Store store(out, hostile);
    for (std::size_t i = 0; i < 3; ++i) {
        auto file = store.begin(hostile.runs[i].run, 1);
        for (std::int64_t step = 0; step < shape.steps; ++step) {
            file->step(
                {step, false, {{"loss", 1 / (1.0 + static_cast<double>(step))}, {"</script><b>", wave(step, i)}}},
                synthetic::NoSnapshot());
            TensorStats stats = bell("gradient", attack, 100, -5, 2, -24, 15, -14);
            file->tensors(step, std::span(&stats, 1));
        }
        RunSummary summary = synthetic::summary(hostile.runs[i].run, 1, {{"final_loss", 0.1}}, shape.steps);
        Event event = overflow_event(20);
        event.sentence = event.tensor = event.operation = attack;
        event.operands[0].name = attack;
        summary.events = {event};
        store.commit(std::move(file), std::move(summary));
    }
    store.finish();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "synthetic_results OUT [NAME...]\n";
        return 2;
    }
    const std::filesystem::path out = argv[1];
    const Shape usual, large{20000, 1, 100, 6}, one{1, 1, 1, 2}, wide{100, 5, 20, 2};
    std::vector<std::string> fifty;
    for (int i = 0; i < 50; ++i) fifty.push_back(i == 0 ? "base" : "run" + std::to_string(i));
    std::vector<std::pair<std::string, std::function<void(const std::string&)>>> all = {
        {"eventful",
         [&](const std::string& name) {
             write(out, experiment(name, {"base", "fp32", "again"}, {1, 2, 3}, usual), usual);
         }},
        {"large",
         [&](const std::string& name) {
             write(out, experiment(name, {"base", "b", "c", "d", "e", "f"}, {1}, large), large);
         }},
        {"one-step",
         [&](const std::string& name) {
             write(out, experiment(name, {"base", "b"}, {1}, one), one);
         }},
        {"fifty-runs", [&](const std::string& name) { write(out, experiment(name, fifty, {1}, wide), wide); }},
        {"nothing-finite", [&](const std::string& name) { write_constant(out, name, 50, nan_value); }},
        {"hostile", [&](const std::string&) { write_hostile(out); }},
    };
    for (auto& sweep : synthetic_sweeps(out)) all.push_back(std::move(sweep));
    for (const auto& [name, make] : all) {
        bool asked = argc == 2;
        for (int i = 2; i < argc; ++i) asked = asked || name == argv[i];
        if (asked) make(name);
    }
    return 0;
}
