// halfstep(1), in the man macros of groff: commands and options as the command line describes them,
// around them what it cannot know (files, environment, examples).
#pragma once

#include <string>

#include "command_doc.hpp"

namespace halfstep {

std::string man_page(const ProgramDoc& program, const std::string& version);

}  // namespace halfstep
