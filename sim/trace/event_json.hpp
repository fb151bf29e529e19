// Events of a run as they stand in manifest.json, every field of each.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "halfstep/trace/event.hpp"

namespace halfstep {

nlohmann::ordered_json events_to_json(const std::vector<Event>& events);
// Throws std::exception for anything else: a missing field, an unknown kind, a kind twice.
std::vector<Event> events_from_json(const nlohmann::ordered_json& json);

}  // namespace halfstep
