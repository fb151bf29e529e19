#include "halfstep/spec/event_kind.hpp"

#include <algorithm>

namespace halfstep {

std::span<const EventKind> event_kinds() {
    static constexpr EventKind kinds[] = {
        {"overflow", "first_overflow_step",
         "first step on which a rounding overflowed, to infinity or to the largest value of a role that saturates; -1: "
         "never"},
        {"nan", "first_nan_step", "first step that made a NaN; -1: never"},
        {"underflow", "first_underflow_step", "first step on which a whole tensor became zero by rounding; -1: never"},
        {"stagnation", "stagnation_step", "first step whose updates were not zero and changed no weight; -1: never"},
        {"scale_floor", "scale_floor_step", "first step on which the loss scale fell to its floor; -1: never"},
        {"error_exceeds_signal", "error_exceeds_signal_step",
         "first step on which an error buffer had been more than ten times as long as what it is added to, ten steps "
         "in "
         "a row; -1: never"},
        {"vanished_denominator", "vanished_denominator_step",
         "first division by a zero that was not zero before it was rounded; -1: never"},
        {"failure", "failed_step",
         "step in which the original raises an error (a division by zero, a failed assertion, a loss scale at its "
         "minimum) and the run ends; -1: none"}};
    return kinds;
}

const EventKind* find_event_kind(std::string_view name) {
    const auto kinds = event_kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const EventKind& k) { return k.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

}  // namespace halfstep
