#include "event_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "halfstep/spec/event_kind.hpp"
#include "number_json.hpp"

namespace halfstep {

using Json = nlohmann::ordered_json;

Json events_to_json(const std::vector<Event>& events) {
    Json list = Json::array();
    for (const Event& e : events) {
        Json operands = Json::array();
        for (const EventOperand& operand : e.operands)
            operands.push_back({{"name", operand.name}, {"value", number_to_json(operand.value)}});
        list.push_back({{"kind", e.kind},
                        {"step", e.step},
                        {"worker", e.worker},
                        {"piece", e.piece},
                        {"role", e.role},
                        {"tensor", e.tensor},
                        {"index", e.index},
                        {"operation", e.operation},
                        {"operands", std::move(operands)},
                        {"exact", number_to_json(e.exact)},
                        {"rounded", number_to_json(e.rounded)},
                        {"format", e.format},
                        {"limit", number_to_json(e.limit)},
                        {"sentence", e.sentence}});
    }
    return list;
}

std::vector<Event> events_from_json(const Json& json) {
    if (!json.is_array()) throw std::invalid_argument("events is not a list");
    std::vector<Event> events;
    for (const Json& entry : json) {
        Event e;
        entry.at("kind").get_to(e.kind);
        if (!find_event_kind(e.kind)) throw std::invalid_argument("there is no kind of event \"" + e.kind + "\"");
        if (std::any_of(events.begin(), events.end(), [&](const Event& other) { return other.kind == e.kind; }))
            throw std::invalid_argument("two events of kind " + e.kind);
        entry.at("step").get_to(e.step);
        entry.at("worker").get_to(e.worker);
        entry.at("piece").get_to(e.piece);
        entry.at("role").get_to(e.role);
        entry.at("tensor").get_to(e.tensor);
        entry.at("index").get_to(e.index);
        entry.at("operation").get_to(e.operation);
        for (const Json& operand : entry.at("operands"))
            e.operands.push_back({operand.at("name").get<std::string>(), number_from_json(operand, "value")});
        e.exact = number_from_json(entry, "exact");
        e.rounded = number_from_json(entry, "rounded");
        entry.at("format").get_to(e.format);
        e.limit = number_from_json(entry, "limit");
        entry.at("sentence").get_to(e.sentence);
        events.push_back(std::move(e));
    }
    return events;
}

}  // namespace halfstep
