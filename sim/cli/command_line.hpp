// What the user can say. CLI11 stays in command_line.cpp.
#pragma once

#include "command_doc.hpp"

namespace halfstep {

// Reads the arguments, runs the command and returns the exit status. What cannot be read is said on
// standard error, with the nearest name that can (status 2).
int run_command_line(int argc, char** argv);

ProgramDoc describe_command_line();

}  // namespace halfstep
