// The one exception for bad input in a scenario: `file:line:column: message`, or
// `--set optimizer.lr: message` for what was given on the command line.
#pragma once

#include <stdexcept>
#include <string>

#include "halfstep/spec/location.hpp"

namespace halfstep {

class ScenarioError : public std::runtime_error {
public:
    ScenarioError(Location location, const std::string& message)
        : std::runtime_error(location.text() + ": " + message), location_(std::move(location)), message_(message) {}
    const Location& location() const { return location_; }
    const std::string& message() const { return message_; }  // without the location

private:
    Location location_;
    std::string message_;
};

}  // namespace halfstep
