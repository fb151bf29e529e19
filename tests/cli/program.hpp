// The built program as a user has it: with its outputs in pipes, or in a terminal of a given width.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace halfstep::test {

struct Ended {
    int status = -1;  // of exit; -1 when a signal ended it
    int signal = 0;
    std::string out, err;  // in a terminal everything is in `out`
};

using Environment = std::vector<std::string>;  // "NAME=value"; the test's own is not inherited but for PATH

struct Call {
    std::vector<std::string> arguments;
    std::filesystem::path folder;  // where it runs
    Environment environment;
    std::string program = HALFSTEP_PROGRAM;
    int seconds = 120;  // then it is killed
    int signal = 0;     // that it is sent after so many milliseconds; 0: none
    int signal_ms = 0;
    long largest_file = 0;  // bytes, beyond which writing fails as on a full disk; 0: no limit
};

// Standard input is empty.
Ended run(const Call& call);

// In a pseudo terminal. `typed` is asked again and again, with everything shown so far, and says what
// to type now (mostly nothing).
Ended run_in_terminal(const Call& call, int columns,
                      const std::function<std::string(const std::string& shown)>& typed = {});

bool has_program(const std::string& name);  // in PATH

}  // namespace halfstep::test
