// A recorded trajectory, and the run specification it amounts to.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/spec/run_spec.hpp"
#include "recording_file.hpp"

namespace halfstep {

class Recording {
public:
    // Throws ReplayError for everything that is not a recorded trajectory with at least one entry.
    explicit Recording(RecordingFile file);

    RunSpec spec() const;
    const nlohmann::json& trajectory() const { return trajectory_; }
    // The iteration in which the recorded program raised an error; the trajectory ends before it.
    std::optional<std::int64_t> raises_at() const { return raises_at_; }
    const std::string& name() const { return file_.name; }
    const FieldReader& read() const { return file_.read; }

private:
    std::vector<ParameterGroup> groups() const;
    void wrap(RunSpec& spec) const;
    void schedule(RunSpec& spec) const;

    RecordingFile file_;
    nlohmann::json trajectory_;
    std::int64_t steps_ = 0;  // that were asked for
    std::optional<std::int64_t> raises_at_;
};

// The parts of it that have files of their own.
Configured recorded_model(const FieldReader& read, const nlohmann::json& problem, int workers);
Configured recorded_optimizer(const FieldReader& read, const nlohmann::json& root);

// Of counts and indices in a recording.
inline constexpr std::int64_t most_in_recording = 1'000'000'000;

}  // namespace halfstep
