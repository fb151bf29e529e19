// The body of the test cases that CMakeLists.txt writes, one a recording.
#pragma once

#include "recordings.hpp"

namespace halfstep::test {

inline void check_replay(const std::string& name) {
    const ReplayResult result = replay(recording_text(name), name);
    INFO(result.first_difference);
    CHECK(result.same());
    CHECK(result.max_ulps == 0);
    CHECK(result.name == name);
    const nlohmann::json root = recording_json(name);
    if (root["kind"] == "loss_scaler") {
        const nlohmann::json& raises = root["raises_at"];
        const auto updates =
            raises.is_null() ? root["overflow_flags"].get<std::string>().size() : raises.get<std::size_t>();
        CHECK(std::size_t(result.compared) >= updates);
        CHECK(result.error.empty() == raises.is_null());
        return;
    }
    CHECK(result.digest.size() == 32);
    // Five fields an entry at the least, and the parameters.
    CHECK(result.compared > 6 * root["steps"].get<std::int64_t>());
}

}  // namespace halfstep::test
