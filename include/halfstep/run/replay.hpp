// Recordings of another implementation, laid beside our own run: a recording becomes a RunSpec,
// goes through `simulate`, and every recorded value is compared in ulps. docs/replay.md has the
// format.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

// A file that is no recording, or one of a kind that is not replayed; the message names the file
// and the place.
class ReplayError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct ReplayResult {
    std::string name;
    std::int64_t compared = 0;  // values
    std::uint64_t max_ulps = 0;
    // Of the first value that differs: "step 31, exp_avg, worker 0, element 4: recorded ..., here ..."
    std::string first_difference;
    std::string digest;  // of our run
    std::string error;   // that our run ended with; empty: none
    bool same() const { return first_difference.empty(); }
};

// The run specification of a recording (JSON text). `file` is for messages.
RunSpec recording_to_spec(const std::string& text, const std::string& file);

// Runs it and compares. Any NaN equals any NaN; zeros are compared with their sign.
ReplayResult replay(const std::string& text, const std::string& file);

}  // namespace halfstep
