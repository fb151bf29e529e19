// A run's summary as JSON, for the manifest and for runs/RUN-seedN.json. JSON has no NaN and no
// infinities: they are the texts "nan", "inf", "-inf".
#pragma once

#include <nlohmann/json.hpp>

#include "halfstep/trace/record.hpp"

namespace halfstep {

nlohmann::ordered_json summary_to_json(const RunSummary& summary);  // without seconds

// Throws nlohmann::json::exception or std::invalid_argument for anything summary_to_json does not write.
RunSummary summary_from_json(const nlohmann::ordered_json& json);

// Indented, with a newline at the end. Bytes that are no UTF-8 (a file name may hold any) become
// U+FFFD instead of an exception.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace halfstep
