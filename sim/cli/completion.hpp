// Completion scripts for shells, generated from the command line's own description: commands,
// options, their choices, and files where files are expected.
#pragma once

#include <span>
#include <string>

#include "command_doc.hpp"

namespace halfstep {

std::string bash_completion(const ProgramDoc& program);
std::string zsh_completion(const ProgramDoc& program);
std::string fish_completion(const ProgramDoc& program);

struct Shell {
    const char* name;
    std::string (*script)(const ProgramDoc&);
};
std::span<const Shell> completion_shells();

}  // namespace halfstep
