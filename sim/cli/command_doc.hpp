// The command line as plain data, read off the parser: what completion scripts and the manual page
// are made from, so that neither can tell of an option that does not exist.
#pragma once

#include <string>
#include <vector>

namespace halfstep {

// What a shell can offer for a value.
enum class Takes { nothing, text, choice, scenario, recording, folder };

struct OptionDoc {
    std::vector<std::string> names;  // "--jobs", "-j"; of an argument its one name, "FILE"
    std::string value;               // "N", "DIR", "auto|always|never"; empty for a flag or an argument
    std::string help;
    std::string default_text;  // empty where there is none to tell
    Takes takes = Takes::nothing;
    std::vector<std::string> choices;  // of Takes::choice
    bool required = false;
    bool repeated = false;
};

struct CommandDoc {
    std::string name, help;
    std::vector<OptionDoc> arguments, options;
};

struct ProgramDoc {
    std::string summary;
    std::vector<OptionDoc> options;  // before any command
    std::vector<CommandDoc> commands;
};

struct ExitStatus {
    int status;
    const char* meaning;
};
inline constexpr ExitStatus exit_statuses[] = {
    {0, "every expectation held, or nothing was expected"},
    {1, "an expectation failed, a replay differed, or --verify did not find the same bits"},
    {2, "bad input: the message names the place and what is accepted; nothing in the results folder was touched"},
    {3, "interrupted; what was finished is on disk, and --resume goes on"},
};

}  // namespace halfstep
