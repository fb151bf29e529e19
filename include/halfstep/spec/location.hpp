// A place in an input, for messages.
#pragma once

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

}  // namespace halfstep
