// Reads back what to_json(Experiment) of spec/json.hpp wrote into a manifest.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "halfstep/spec/experiment.hpp"

namespace halfstep {

// Throws std::invalid_argument or nlohmann::json::exception for anything else.
Experiment read_experiment(const nlohmann::ordered_json& json);

}  // namespace halfstep
