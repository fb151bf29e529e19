// The one exception for bad input in a scenario: `file:line:column: message`, or
// `--set optimizer.lr: message` for what was given on the command line.
#pragma once

#include <stdexcept>
#include <string>

namespace halfstep {

// Where something was written. Lines and columns (in characters) count from 1. `line` is 0 for what
// was given on the command line; `file` is then "--set optimizer.lr" or "--seeds".
struct Location {
    std::string file;
    int line = 0;
    int column = 0;
    bool operator==(const Location&) const = default;
    std::string text() const {
        return line == 0 ? file : file + ":" + std::to_string(line) + ":" + std::to_string(column);
    }
};

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
