#include "files.hpp"

#include <system_error>

#include "halfstep/trace/result_error.hpp"

namespace halfstep {

namespace fs = std::filesystem;

fs::path temporary_of(const fs::path& path) {
    fs::path temporary = path;
    temporary += ".tmp";
    return temporary;
}

void remove_quietly(const fs::path& path) {
    std::error_code ignored;
    fs::remove(path, ignored);
}

void rename_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) throw ResultError(to, "cannot be replaced: " + error.message());
}

void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw ResultError(folder, "cannot be created: " + error.message());
}

}  // namespace halfstep
