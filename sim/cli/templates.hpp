// The starting files of `halfstep new`, one a file in templates/, embedded by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace halfstep {

namespace templates {
extern const std::string_view deepspeed;
extern const std::string_view formula;
extern const std::string_view mlp;
extern const std::string_view program;
extern const std::string_view quadratic;
}  // namespace templates

struct StartingFile {
    const char* kind;
    const char* summary;
    const std::string_view* text;
};

// The table: the first row is the default of --kind.
std::span<const StartingFile> starting_files();

}  // namespace halfstep
