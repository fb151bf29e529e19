#include "number_json.hpp"

#include <cmath>
#include <stdexcept>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {

nlohmann::ordered_json number_to_json(double value) {
    if (std::isfinite(value)) return value;
    return number_text(value);
}

double number_from_json(const nlohmann::ordered_json& object, const std::string& key) {
    const auto& value = object.at(key);
    if (!value.is_string()) return value.get<double>();
    const auto number = parse_number(value.get<std::string>());
    if (!number || std::isfinite(*number))
        throw std::invalid_argument(key + " is not a number, \"nan\", \"inf\" or \"-inf\"");
    return *number;
}

}  // namespace halfstep
