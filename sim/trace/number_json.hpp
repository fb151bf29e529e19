// Numbers in JSON, which has no NaN and no infinities: those are texts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace halfstep {

nlohmann::ordered_json number_to_json(double value);
// object[key]. Throws std::exception for anything but a number, "nan", "inf" or "-inf".
double number_from_json(const nlohmann::ordered_json& object, const std::string& key);

}  // namespace halfstep
