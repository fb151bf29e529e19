#include "halfstep/trace/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "halfstep/trace/result_error.hpp"

namespace halfstep {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw ResultError(path, what + ": " + std::strerror(errno));
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)) {
    errno = 0;
    file_ = std::fopen(path_.c_str(), "wb");
    if (!file_) fail(path_, "cannot be created");
    std::setvbuf(file_, nullptr, _IOFBF, 1 << 16);
}

OutputFile::~OutputFile() {
    if (file_) std::fclose(file_);
}

void OutputFile::write(std::string_view text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail(path_, "cannot be written");
    size_ += static_cast<std::int64_t>(text.size());
}

void OutputFile::close() {
    errno = 0;
    std::FILE* file = std::exchange(file_, nullptr);
    if (file && std::fclose(file) != 0) fail(path_, "cannot be written");
}

void write_text(const std::filesystem::path& path, std::string_view text) {
    OutputFile file(path);
    file.write(text);
    file.close();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::path temporary = path;
    temporary += ".tmp";
    std::error_code error;
    try {
        write_text(temporary, text);
    } catch (...) {
        std::filesystem::remove(temporary, error);
        throw;
    }
    std::filesystem::rename(temporary, path, error);
    if (error) throw ResultError(path, "cannot be replaced: " + error.message());
}

std::string read_file(const std::filesystem::path& path) {
    errno = 0;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) fail(path, "cannot be read");
    std::string text;
    char block[1 << 14];
    while (const std::size_t count = std::fread(block, 1, sizeof block, file)) text.append(block, count);
    const bool failed = std::ferror(file) != 0;
    std::fclose(file);
    if (failed) fail(path, "cannot be read");
    return text;
}

}  // namespace halfstep
