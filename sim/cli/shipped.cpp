#include "shipped.hpp"

#include <optional>
#include <string>

namespace halfstep {
namespace {

std::optional<std::filesystem::path> installed(const std::string& folder) {
    std::error_code code;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
    const auto path = program.parent_path().parent_path() / "share/halfstep" / folder;
    return std::filesystem::is_directory(path, code) ? std::optional(path) : std::nullopt;
}

}  // namespace

std::filesystem::path scenario_folder() {
    std::error_code code;
    if (std::filesystem::is_directory("scenarios", code)) return "scenarios";
    return installed("scenarios").value_or(HALFSTEP_SCENARIOS);
}

std::filesystem::path reference_folder() {
    return installed("reference").value_or(HALFSTEP_REFERENCE);
}

}  // namespace halfstep
