// Files that get their final name when they are complete.
#pragma once

#include <filesystem>

namespace halfstep {

std::filesystem::path temporary_of(const std::filesystem::path& path);  // path + ".tmp"
void remove_quietly(const std::filesystem::path& path);
// ResultError with the path and the system's reason when it cannot be done.
void rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
void make_folder(const std::filesystem::path& folder);

}  // namespace halfstep
