// What this program was built from and how; goes into every manifest.
#pragma once

#include <string>

namespace halfstep {

struct BuildInfo {
    std::string version;     // of halfstep
    std::string compiler;    // "GNU 12.2.0"
    std::string build_type;  // "Release"
    std::string flags;       // the compile options that could matter to bits
    bool operator==(const BuildInfo&) const = default;
};

const BuildInfo& build_info();  // of this program

}  // namespace halfstep
