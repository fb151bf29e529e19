// Specifications as JSON, complete and printable: the manifest of a run, and what `show` prints.
// JSON has no NaN or infinities; they are the strings "nan", "inf" and "-inf".
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

nlohmann::ordered_json to_json(const Configured& configured);
nlohmann::ordered_json to_json(const Precision& precision);
nlohmann::ordered_json to_json(const RunSpec& spec);
nlohmann::ordered_json to_json(const Experiment& experiment);
nlohmann::ordered_json to_json(const Sweep& sweep);

// Reads back what to_json(RunSpec) wrote: run_spec_from_json(to_json(s)) == s for every s whose
// parameters are finite, as the schema demands. Strict: unknown and missing keys are errors.
// Throws std::invalid_argument naming the key at fault.
RunSpec run_spec_from_json(const nlohmann::ordered_json& json);

// The same of a sweep; also nlohmann::json::exception.
Sweep sweep_from_json(const nlohmann::ordered_json& json);

}  // namespace halfstep
