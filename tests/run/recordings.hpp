// The recordings in tests/recordings, as text and as JSON.
#pragma once

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "halfstep/run/replay.hpp"

namespace halfstep::test {

// `name` without folder and extension.
inline std::string recording_text(const std::string& name) {
    std::ifstream in(HALFSTEP_SOURCE_DIR "/tests/recordings/" + name + ".json", std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}
inline nlohmann::json recording_json(const std::string& name) {
    return nlohmann::json::parse(recording_text(name));
}
inline ReplayResult replay_json(const nlohmann::json& root) {
    return replay(root.dump(), "changed.json");
}

// The recording with its first entries only and without what happens later.
inline nlohmann::json shortened(const std::string& name, std::size_t entries) {
    nlohmann::json root = recording_json(name);
    nlohmann::json& all = root["trajectory"];
    all.erase(all.begin() + std::ptrdiff_t(entries), all.end());
    root["steps"] = entries;
    root.erase("inject");
    root.erase("reload_at");
    return root;
}

}  // namespace halfstep::test
