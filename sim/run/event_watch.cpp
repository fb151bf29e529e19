#include "event_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "event_teller.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr const char* overflow = "overflow";
constexpr const char* nan_kind = "nan";
constexpr const char* saturation = "saturation";  // a suspicion of overflow, no kind of its own
constexpr const char* underflow = "underflow";
constexpr const char* stagnation = "stagnation";
constexpr const char* scale_floor = "scale_floor";
constexpr const char* error_exceeds_signal = "error_exceeds_signal";
constexpr const char* vanished_denominator = "vanished_denominator";

bool saturates(const Precision& precision) {
    return std::any_of(precision.roles.begin(), precision.roles.end(),
                       [](const RoleRounding& r) { return r && r->overflow_result() == Overflow::saturate; });
}

}  // namespace

EventWatch::EventWatch(BuiltRun& run, const RunSpec& spec) : run_(run), spec_(spec) {
    for (const char* kind : {overflow, nan_kind, underflow, stagnation, scale_floor, error_exceeds_signal,
                             vanished_denominator, saturation})
        vain_[kind] = 0;
    if (run.recording() == nullptr) return;
    names_.emplace(run.recording()->program(), run.tensors(), spec);
    // Of a program every state counts: it has no weights.
    for (const std::string& name : run.machine().state_names())
        if (!run.trains() || name.starts_with("master[")) weights_.push_back(run.machine().find_state(name));
    if (weights_.empty()) weights_.push_back(run.machine().find_state("weight"));
    gradient_ = run.machine().find_state("gradient");
    // A scaler without a floor has one at zero, from which no factor leads back.
    const bool falls = spec.loss_scale.has("min_scale") || spec.loss_scale.has("backoff_factor");
    if (spec.loss_scale.has("min_scale")) floor_ = spec.loss_scale.number("min_scale");
    has_floor_ = falls && !spec.is_program();
    look_at_start();
    watch();
}

// What is found already need not be looked for.
void EventWatch::watch() {
    WatchRequest request;
    request.nonfinite = open(overflow) || open(nan_kind);
    request.saturation = open(overflow) && open(saturation) && saturates(spec_.precision);
    request.underflow = open(underflow);
    request.divisors = open(vanished_denominator) || (request.nonfinite && !ignored_.empty());
    if (open(stagnation)) request.updated = weights_;
    if (open(error_exceeds_signal)) request.error_ratio = error_exceeds_ratio;
    run_.recording()->watch(request);
}

void EventWatch::keep(Event event) {
    const std::string kind = event.kind;
    events_.emplace(kind, std::move(event));
}

// Initial values that their format does not hold.
void EventWatch::look_at_start() {
    const Program& program = run_.recording()->program();
    for (std::size_t v = 0; v < program.values.size(); ++v) {
        const ValueInfo& info = program.values[v];
        const auto id = static_cast<ValueId>(v);
        if (info.space == Space::host || info.lifetime != Lifetime::state || info.root != id) continue;
        const std::vector<double> values = run_.machine().value(id, 0);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isfinite(values[i])) continue;
            const ElementName name = names_->state(id, std::int64_t(i));
            Event event;
            event.kind = std::isnan(values[i]) && std::isnan(info.initial[info.initial.size() == 1 ? 0 : i]) ? nan_kind
                                                                                                             : overflow;
            if (!open(event.kind.c_str())) continue;
            event.piece = "start";
            event.role = std::string(role_name(*info.role));
            event.tensor = name.tensor;
            event.index = name.index;
            event.operation = "initial value";
            event.exact = info.initial[info.initial.size() == 1 ? 0 : i];
            event.rounded = values[i];
            const RoleRounding& to = spec_.precision[*info.role];
            event.format = to ? to->format.name : "fp32";
            event.limit = limits_of(to ? to->format : *find_format("fp32")).max_finite;
            event.sentence = "before step 0: " + name.text + " starts as " + readable_number(event.exact);
            if (std::isfinite(event.exact))
                event.sentence += ", which does not fit " + event.format + ", largest " + readable_number(event.limit);
            keep(std::move(event));
        }
    }
}

void EventWatch::before_step() {
    if (!active()) return;
    const bool due = run_.iteration() % stride == 0;
    const auto& reloads = spec_.reload_at;
    const bool forgets = std::find(reloads.begin(), reloads.end(), run_.iteration()) != reloads.end();
    if (!due && !forgets) return;
    if (run_.iteration() > 0) look_into(run_.recording()->nonfinite_states(), {});
    // Where NaN stays, it hides every overflow that may still come.
    if (run_.recording()->nonfinite_states(gradient_).nan) vain_[overflow] = patience;
    run_.save(checkpoint_);
}

bool EventWatch::suspicious(const NonFinite& seen) const {
    return (seen.infinity && open(overflow)) || (seen.nan && (open(nan_kind) || open(overflow)));
}

// What a step that was just made shows without a look at its states.
NonFinite EventWatch::seen_in_step(bool skipped) const {
    const StepFindings& found = run_.recording()->findings();
    const bool known = found.divisor >= 0 && std::all_of(found.swallowed_by.begin(), found.swallowed_by.end(),
                                                         [&](std::int32_t at) { return ignored_.contains(at); });
    NonFinite seen{found.infinity && !known, found.nan && !known};
    if (!skipped || gradient_ == no_value) return seen;
    const NonFinite gradient = run_.recording()->nonfinite(gradient_);
    return {seen.infinity || gradient.infinity, seen.nan || gradient.nan};
}

void EventWatch::after_step(bool skipped, double scale, double next_scale) {
    if (!active()) return;
    const StepFindings found = run_.recording()->findings();
    const std::size_t before = events_.size();
    const auto vain = vain_;
    look_at_scale(run_.iteration() - 1, skipped, scale, next_scale);
    if (const NonFinite seen = seen_in_step(skipped); suspicious(seen)) {
        look_into(seen, found);
    } else if (found.saturated && open(overflow) && open(saturation)) {
        if (!search_nonfinite()) ++vain_[saturation];
    }
    explain_step(found);
    if (events_.size() != before || vain_ != vain) watch();
}

void EventWatch::look_at_scale(std::int64_t step, bool skipped, double scale, double next_scale) {
    if (!skipped || !has_floor_ || next_scale != floor_ || !open(scale_floor)) return;
    Event event;
    event.kind = scale_floor;
    event.step = step;
    event.operation = "host";
    event.operands = {{"loss_scale", scale}};
    const Configured& scaler = spec_.loss_scale;
    event.exact = scaler.has("backoff_factor") ? scale * scaler.number("backoff_factor")
                                               : scale / (scaler.has("factor") ? scaler.number("factor") : 2.0);
    event.rounded = next_scale;
    event.limit = floor_;
    event.instruction = std::numeric_limits<std::int32_t>::max();
    event.sentence = "step " + readable_number(double(step)) + ": the gradients overflow and the loss scale " +
                     (scale == next_scale ? "is at its floor, " : "falls to its floor, ") + readable_number(floor_);
    keep(std::move(event));
}

void EventWatch::fail(std::int64_t step, const std::string& error) {
    Event event;
    event.kind = "failure";
    event.step = step;
    event.piece = "update";
    event.operation = "host";
    event.instruction = std::numeric_limits<std::int32_t>::max();
    event.sentence =
        "step " + readable_number(double(step)) + ": the original raises an error here, and the run ends: " + error;
    keep(std::move(event));
}

// Calls explain(step) with the last step, and goes on after it.
template <class Explain>
void EventWatch::repeat_last_step(Explain explain) {
    const std::int64_t step = run_.iteration() - 1;
    run_.save(live_);
    run_.rewind(checkpoint_);
    while (run_.iteration() < step) run_.step();
    run_.save(start_);
    RepeatedStep repeated(run_, start_);
    explain(repeated);
    run_.rewind(live_);
}

// A sum that has exceeded the ratio long enough, on one worker or another.
std::optional<StepFindings::Error> EventWatch::lasting_error(const StepFindings& found) {
    std::map<std::int32_t, int> now;
    std::optional<StepFindings::Error> lasting;
    for (const StepFindings::Error& error : found.errors) {
        const auto before = exceeding_.find(error.instruction);
        now[error.instruction] = 1 + (before == exceeding_.end() ? 0 : before->second);
        if (!lasting && now[error.instruction] >= error_exceeds_steps) lasting = error;
    }
    exceeding_ = std::move(now);
    return lasting;
}

void EventWatch::explain_step(const StepFindings& found) {
    auto tell = [&](const char* kind, auto&& event_of) {
        repeat_last_step([&](RepeatedStep& step) {
            if (std::optional<Event> event = event_of(step))
                keep(std::move(*event));
            else
                ++vain_[kind];
        });
    };
    if (found.vanished >= 0 && open(underflow))
        tell(underflow, [&](RepeatedStep& step) -> std::optional<Event> {
            const auto v = find_vanished(step, step.position(found.vanished));
            return v ? std::optional(EventTeller(step, *names_).underflow(*v)) : std::nullopt;
        });
    if (found.unchanged && !found.changed && open(stagnation))
        tell(stagnation, [&](RepeatedStep& step) -> std::optional<Event> {
            const auto s = find_stagnation(step, weights_);
            return s ? std::optional(EventTeller(step, *names_).stagnation(*s)) : std::nullopt;
        });
    if (open(error_exceeds_signal))
        if (const auto error = lasting_error(found))
            tell(error_exceeds_signal, [&](RepeatedStep& step) -> std::optional<Event> {
                const auto s = find_swamped(step, step.position(error->instruction), error->elements);
                return s ? std::optional(EventTeller(step, *names_)
                                             .error_exceeds_signal(*s, error_exceeds_ratio, error_exceeds_steps))
                         : std::nullopt;
            });
    if (found.divisor >= 0 && open(vanished_denominator))
        repeat_last_step([&](RepeatedStep& step) {
            const auto division = find_zero_divisor(step, step.position(found.divisor));
            if (!division) return;
            EventTeller teller(step, *names_);
            std::optional<Event> vanished = teller.vanished_denominator(*division);
            if (vanished) {
                keep(std::move(*vanished));
            } else {
                ++vain_[vanished_denominator];
                // An infinity that finite operands made, though it does not come from a rounding.
                if (std::isinf(division->exact) && std::isfinite(division->operands[0]) && open(overflow))
                    keep(teller.overflow(*division));
            }
        });
}

// Repeats what came after the checkpoint, and looks closer at the steps in which something shows.
// Whether that found an event.
bool EventWatch::search_nonfinite() {
    const std::int64_t end = run_.iteration();
    const std::size_t before = events_.size();
    run_.save(live_);
    run_.rewind(checkpoint_);
    while (run_.iteration() < end) {
        run_.save(start_);
        run_.step();
        const NonFinite states = run_.recording()->nonfinite_states(), passed = seen_in_step(false);
        // A NaN may hide an infinity beside it.
        const bool saturated = run_.recording()->findings().saturated && open(overflow);
        if (!saturated && !states.infinity && !states.nan && !passed.infinity && !passed.nan) continue;
        RepeatedStep step(run_, start_);
        const NonFiniteRoundings found = find_nonfinite(step);
        EventTeller teller(step, *names_);
        if (found.overflow && open(overflow)) keep(teller.overflow(*found.overflow));
        if (found.nan && open(nan_kind)) keep(teller.nan(*found.nan));
        run_.rewind(start_);
        run_.step();
    }
    run_.rewind(live_);
    return events_.size() != before;
}

// What an operation swallows and no rounding made is of a division by zero (clipping's, say): the
// operation says nothing any more in steps that have one.
void EventWatch::look_into(const NonFinite& seen, const StepFindings& found) {
    if (!suspicious(seen) || search_nonfinite()) return;
    if (found.divisor >= 0 && !found.swallowed_by.empty() && ignored_.size() < most_ignored) {
        ignored_.insert(found.swallowed_by.begin(), found.swallowed_by.end());
        return;
    }
    ++vain_[overflow];
    if (seen.nan) ++vain_[nan_kind];
}

std::vector<Event> EventWatch::finish() {
    if (active() && run_.iteration() > checkpoint_.iteration) look_into(run_.recording()->nonfinite_states(), {});
    std::vector<Event> all;
    for (auto& [kind, event] : events_) all.push_back(std::move(event));
    std::stable_sort(all.begin(), all.end(), [](const Event& a, const Event& b) {
        return std::pair(a.step, a.instruction) < std::pair(b.step, b.instruction);
    });
    return all;
}

}  // namespace halfstep
