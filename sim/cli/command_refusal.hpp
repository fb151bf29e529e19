// What is said about a command line that cannot be read: what was found, what is accepted, and the
// nearest name. Whole lines, for standard error.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace halfstep {

// Nothing where `first`, the first argument, is a command or an option.
std::string refuse_command(const CLI::App& app, const std::string& first);

// After a parse that failed with `error`.
std::string refuse_arguments(const CLI::App& app, const CLI::ParseError& error);

}  // namespace halfstep
