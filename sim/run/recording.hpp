// The JSON of a recording, read with checks that name the field at fault.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "halfstep/run/replay.hpp"

namespace halfstep {

class Recording {
public:
    Recording(const std::string& text, std::string file);

    RunSpec spec() const;
    const nlohmann::json& trajectory() const { return trajectory_; }
    std::string name() const { return root_.value("name", file_); }
    [[noreturn]] void fail(const std::string& message) const { throw ReplayError(file_ + ": " + message); }

    const nlohmann::json& at(const nlohmann::json& object, const char* key) const;
    double number(const nlohmann::json& value, const char* what) const;            // a number, or "nan", "inf", "-inf"
    std::vector<double> words(const nlohmann::json& hex, const char* what) const;  // binary32 words

private:
    Configured model(int workers) const;
    Configured optimizer() const;
    std::vector<ParameterGroup> groups() const;
    void wrap(RunSpec& spec) const;

    std::string file_;
    nlohmann::json root_, trajectory_;
};

}  // namespace halfstep
