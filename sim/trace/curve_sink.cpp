#include "halfstep/trace/curve_sink.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_points = 64;
constexpr int digits = 4;

double larger(double a, double b) {
    return std::isnan(a) || a >= b ? a : b;
}

void append_json_number(std::string& text, double x) {
    if (std::isfinite(x))
        text += rounded_text(x, digits);
    else
        (text += '"') += rounded_text(x) + '"';
}

template <class Value>
void append_list(std::string& text, const char* name, std::size_t n, Value value) {
    (((text += '"') += name) += "\":[");
    for (std::size_t i = 0; i < n; ++i) {
        if (i > 0) text += ',';
        value(i);
    }
    text += "],";
}

}  // namespace

void CurveSink::add(const Point& point) {
    if (records_++ % stride_ != 0) {
        points_.back().loss = larger(points_.back().loss, point.loss);
        points_.back().scale = std::min(points_.back().scale, point.scale);
        return;
    }
    points_.push_back(point);
    if (points_.size() <= most_points) return;
    // Twice as many records a point from here on.
    for (std::size_t i = 0; 2 * i < points_.size(); ++i) {
        Point joined = points_[2 * i];
        if (2 * i + 1 < points_.size()) {
            joined.loss = larger(joined.loss, points_[2 * i + 1].loss);
            joined.scale = std::min(joined.scale, points_[2 * i + 1].scale);
        }
        points_[i] = joined;
    }
    points_.resize((points_.size() + 1) / 2);
    stride_ *= 2;
}

// Where a series stands in a record; mostly where it stood before.
const double* CurveSink::find(const StepRecord& record, std::string_view name, std::size_t& at) {
    if (at < record.series.size() && record.series[at].first == name) return &record.series[at].second;
    for (at = 0; at < record.series.size(); ++at)
        if (record.series[at].first == name) return &record.series[at].second;
    return nullptr;
}

void CurveSink::step(const StepRecord& record, const Snapshot&) {
    const double* loss = find(record, "loss", loss_at_);
    if (!loss) return;
    const double* scale = find(record, "loss_scale", scale_at_);
    add({record.step, *loss, scale ? *scale : 1.0});
}

std::string CurveSink::json(const std::vector<Event>& events) const {
    std::string text;
    const std::size_t n = points_.size();
    append_list(text, "steps", n, [&](std::size_t i) { text += std::to_string(points_[i].step); });
    append_list(text, "loss", n, [&](std::size_t i) { append_json_number(text, points_[i].loss); });
    append_list(text, "loss_scale", n, [&](std::size_t i) { append_json_number(text, points_[i].scale); });
    nlohmann::ordered_json told = nlohmann::ordered_json::array();
    for (const Event& event : events)
        told.push_back({{"step", event.step}, {"kind", event.kind}, {"text", event.sentence}});
    return text + "\"events\":" + told.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "}\n";
}

}  // namespace halfstep
