// curves.jsonl of a sweep, cut down to what a page can carry: every run's curve with fewer points, then fewer runs.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <unordered_set>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/result_error.hpp"
#include "json_text.hpp"
#include "packed.hpp"
#include "phase_data.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::json;

constexpr std::size_t point_budget = 128'000;  // about 700 kB
constexpr std::size_t fewest_points = 16;
constexpr std::size_t event_budget = 4'000, most_events = 8;  // sentences of a page, of a run

struct SweepCurve {
    std::vector<std::int64_t> steps;
    std::vector<double> loss, scale;
};

double number_of(const Json& json) {
    return json.is_string() ? parse_number(json.get<std::string>()).value_or(std::nan("")) : json.get<double>();
}

std::vector<double> numbers_of(const Json& json) {
    std::vector<double> numbers;
    for (const Json& number : json) numbers.push_back(number_of(number));
    return numbers;
}

// Two points as one: what curves.jsonl keeps of several steps, the largest loss and the smallest scale.
void halve(SweepCurve& curve) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < curve.steps.size(); i += 2, ++kept) {
        curve.steps[kept] = curve.steps[i];
        double loss = curve.loss[i], scale = curve.scale[i];
        if (i + 1 < curve.steps.size()) {
            if (!(std::isnan(loss) || loss >= curve.loss[i + 1])) loss = curve.loss[i + 1];
            scale = std::min(scale, curve.scale[i + 1]);
        }
        curve.loss[kept] = loss;
        curve.scale[kept] = scale;
    }
    curve.steps.resize(kept);
    curve.loss.resize(kept);
    curve.scale.resize(kept);
}

std::unordered_set<std::int64_t> kept_rows(const Phase& phase) {
    std::unordered_set<std::int64_t> rows;
    for (const PhaseVariant& variant : phase.variants)
        for (const std::int64_t row : variant.rows)
            if (row >= 0) rows.insert(row);
    const std::size_t most = point_budget / fewest_points;
    if (rows.size() > most) {
        const auto every = std::int64_t((rows.size() + most - 1) / most);
        std::erase_if(rows, [&](std::int64_t row) { return row % every != 0; });
    }
    return rows;
}

// Only where it changes: [[point, scale], ...].
void append_scales(std::string& out, const std::vector<double>& scales) {
    out += '[';
    for (std::size_t i = 0; i < scales.size(); ++i) {
        if (i > 0 && scales[i] == scales[i - 1]) continue;
        if (i > 0) out += ',';
        out += '[' + std::to_string(i) + ',' + (std::isfinite(scales[i]) ? number_text(scales[i]) : "null") + ']';
    }
    out += ']';
}

void append_events(std::string& out, const Json& events, std::size_t most) {
    out += ",\"events\":[";
    for (std::size_t i = 0; i < events.size() && i < most; ++i) {
        if (i > 0) out += ',';
        out += '[' + std::to_string(events[i].at("step").get<std::int64_t>()) + ',' +
               json_quoted(events[i].at("text").get<std::string>()) + ']';
    }
    out += ']';
    if (events.size() > most) out += ",\"more\":" + std::to_string(events.size() - most);
}

class Writer {
public:
    Writer(std::size_t curves)
        : most_points_(std::max(fewest_points, point_budget / std::max<std::size_t>(1, curves))),
          most_events_(std::clamp<std::size_t>(event_budget / std::max<std::size_t>(1, curves), 1, most_events)) {}

    void add(std::int64_t row, const Json& json) {
        SweepCurve curve{json.at("steps").get<std::vector<std::int64_t>>(), numbers_of(json.at("loss")),
                         numbers_of(json.at("loss_scale"))};
        if (curve.loss.size() != curve.steps.size() || curve.scale.size() != curve.steps.size())
            throw std::invalid_argument("lists of different lengths");
        while (curve.steps.size() > most_points_) halve(curve);
        // Most runs have the same steps.
        const auto [steps, inserted] = steps_.emplace(packed_steps(curve.steps), steps_.size());
        if (inserted) lists_.push_back(steps->first);
        const PackedValues loss = packed_values(curve.loss);
        runs_ += (runs_.empty() ? "\n\"" : ",\n\"") + std::to_string(row) +
                 "\":{\"x\":" + std::to_string(steps->second) + ",\"y\":\"" + loss.text + '"';
        if (loss.wide) runs_ += ",\"wide\":true";
        runs_ += ",\"scale\":";
        append_scales(runs_, curve.scale);
        append_events(runs_, json.at("events"), most_events_);
        runs_ += '}';
    }

    std::string finish() const {
        std::string out = "{\"steps\":";
        append_list(out, lists_, [&](const std::string& list) { out += '"' + list + '"'; });
        return out + ",\"runs\":{" + runs_ + "}}";
    }

private:
    std::size_t most_points_, most_events_;
    std::map<std::string, std::size_t> steps_;
    std::vector<std::string> lists_;
    std::string runs_;
};

}  // namespace

std::string phase_curves_json(const Phase& phase, const std::filesystem::path& results_folder) {
    const std::filesystem::path path = sweep_folder(results_folder) / "curves.jsonl";
    const std::unordered_set<std::int64_t> rows = kept_rows(phase);
    Writer writer(rows.size());
    std::ifstream in(path);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        try {
            // The row is the first of a line: those that are left out need not be read.
            constexpr std::string_view start = "{\"row\":";
            if (!line.starts_with(start)) throw std::invalid_argument("no row");
            const std::string_view text = std::string_view(line).substr(start.size());
            const auto row = parse_integer(text.substr(0, text.find(',')));
            if (!row) throw std::invalid_argument("no row");
            if (rows.contains(*row)) writer.add(*row, Json::parse(line));
        } catch (const std::exception& error) {
            throw ResultError(path, "line " + std::to_string(number) + " is damaged: " + error.what());
        }
    }
    return writer.finish();
}

}  // namespace halfstep
