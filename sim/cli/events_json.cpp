#include "events_json.hpp"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

// One write a line, so that lines of several threads stay whole.
void write_line(const Json& json) {
    const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

// JSON has no NaN and no infinities: they are the texts "nan", "inf", "-inf", as in manifest.json.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(number_text(value));
}

const char* word(Outcome outcome) {
    switch (outcome) {
        case Outcome::held:
            return "held";
        case Outcome::failed:
            return "failed";
        default:
            return "not_judged";
    }
}

const char* word(Reproduction outcome) {
    switch (outcome) {
        case Reproduction::same_bits:
            return "same_bits";
        case Reproduction::different:
            return "different";
        default:
            return "no_reference";
    }
}

class ProgressEvents final : public ProgressDisplay {
public:
    explicit ProgressEvents(std::string scenario) : scenario_(std::move(scenario)) {}

    void begin_run(const WorkItem& item) override {
        Json json = of_run("run_start", item);
        json["steps"] = item.steps;
        write_line(json);
    }

    void end_run(const WorkItem& item, const RunSummary& summary) override {
        Json json = of_run("run_finish", item);
        json["steps"] = summary.steps;
        json["seconds"] = summary.seconds;
        json["interrupted"] = summary.interrupted;
        json["digest"] = summary.interrupted ? Json() : Json(summary.digest);
        write_line(json);
    }

    void show(const Work& work, const WorkView& view) override {
        if (++looks_ % looks_a_line != 0) return;
        for (const RunningItem& running : view.running) {
            const WorkItem item = work.item(running.item);
            Json json = of_run("progress", item);
            json["step"] = running.step;
            json["steps"] = item.steps;
            json["eta_s"] = view.seconds_left ? Json(std::round(*view.seconds_left * 10) / 10) : Json();
            json["runs_done"] = view.runs_done;
            json["runs"] = view.runs;
            write_line(json);
        }
    }

    void close(const WorkView&, double, bool) override {}

private:
    static constexpr int looks_a_line = 2;  // five events a second and run

    Json of_run(const char* event, const WorkItem& item) const {
        return {{"event", event}, {"scenario", scenario_}, {"run", item.run}, {"seed", item.seed}};
    }
    std::string scenario_;
    int looks_ = 0;
};

}  // namespace

std::unique_ptr<ProgressDisplay> make_progress_events(const std::string& scenario) {
    return std::make_unique<ProgressEvents>(scenario);
}

void write_start_event(const Experiment& experiment) {
    Json runs = Json::array();
    for (const RunSpec& run : experiment.runs) runs.push_back(run.run);
    write_line({{"event", "start"},
                {"scenario", experiment.name},
                {"title", experiment.title},
                {"runs", std::move(runs)},
                {"seeds", experiment.seeds}});
}

void write_note_event(const std::string& scenario, const std::string& note) {
    write_line({{"event", "note"}, {"scenario", scenario}, {"text", note}});
}

void write_verdict_event(const std::string& scenario, const Verdict& verdict) {
    write_line({{"event", "verdict"},
                {"scenario", scenario},
                {"run", verdict.run},
                {"seed", verdict.seed},
                {"metric", verdict.metric},
                {"outcome", word(verdict.outcome)},
                {"measured", verdict.measured ? number(*verdict.measured) : Json()},
                {"expected", verdict.expected},
                {"because", verdict.because},
                {"line", verdict.line}});
}

void write_bits_event(const std::string& scenario, const CheckedRun& run) {
    write_line({{"event", "bits"},
                {"scenario", scenario},
                {"run", run.run},
                {"seed", run.seed},
                {"outcome", word(run.verdict.outcome)},
                {"detail", run.verdict.detail}});
}

void write_finish_event(const std::string& scenario, const VerdictCounts& counts, bool interrupted,
                        const std::string& report) {
    write_line({{"event", "finish"},
                {"scenario", scenario},
                {"held", counts.held},
                {"failed", counts.failed},
                {"not_judged", counts.not_judged},
                {"interrupted", interrupted},
                {"report", report.empty() ? Json() : Json(report)}});
}

}  // namespace halfstep
