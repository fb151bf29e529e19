// A file with a recording of any kind: its JSON, its kind and its name.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "field_reader.hpp"

namespace halfstep {

struct RecordingFile {
    // Throws ReplayError for what is no recording in format version 1.
    RecordingFile(const std::string& text, const std::string& file);

    FieldReader read;
    nlohmann::json root;
    std::string kind, name;
};

}  // namespace halfstep
