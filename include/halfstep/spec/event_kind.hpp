// The kinds of events (trace/event.hpp), each with the metric that says on which step it first was.
#pragma once

#include <span>
#include <string_view>

namespace halfstep {

struct EventKind {
    const char* name;
    const char* metric;
    const char* metric_doc;
};

std::span<const EventKind> event_kinds();
const EventKind* find_event_kind(std::string_view name);

}  // namespace halfstep
