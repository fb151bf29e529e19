// A results folder that cannot be written or read: disk full, no permission, a damaged file.
// The message is a whole sentence that starts with the path (and line, where there is one).
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace halfstep {

class ResultError : public std::runtime_error {
public:
    ResultError(const std::filesystem::path& path, const std::string& reason)
        : std::runtime_error(path.string() + ": " + reason), path_(path) {}
    ResultError(const std::filesystem::path& path, std::size_t line, const std::string& reason)
        : std::runtime_error(path.string() + ":" + std::to_string(line) + ": " + reason), path_(path) {}
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace halfstep
