// The JSON of a recording, and the run specification it amounts to.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "field_reader.hpp"
#include "halfstep/run/replay.hpp"

namespace halfstep {

class Recording {
public:
    // Throws ReplayError for everything that is not a recorded trajectory with at least one entry.
    Recording(const std::string& text, const std::string& file);

    RunSpec spec() const;
    const nlohmann::json& trajectory() const { return trajectory_; }
    const std::string& name() const { return name_; }
    const FieldReader& read() const { return read_; }

private:
    Configured model(int workers) const;
    Configured quadratic(const nlohmann::json& problem, const std::vector<std::vector<double>>& initial,
                         int workers) const;
    Configured linear_regression(const nlohmann::json& problem, const std::vector<std::vector<double>>& initial,
                                 int workers) const;
    Configured optimizer() const;
    std::vector<ParameterGroup> groups() const;
    void wrap(RunSpec& spec) const;
    void schedule(RunSpec& spec) const;

    FieldReader read_;
    nlohmann::json root_, trajectory_;
    std::string name_;
};

}  // namespace halfstep
