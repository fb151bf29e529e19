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
    CHECK(result.digest.size() == 32);
    // Five fields an entry at the least, and the parameters.
    CHECK(result.compared > 6 * recording_json(name)["steps"].get<std::int64_t>());
}

}  // namespace halfstep::test
