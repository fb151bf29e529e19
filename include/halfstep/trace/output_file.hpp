// A buffered file that notices every write error (a full disk shows up at the latest in close())
// and throws ResultError with the path and the system's reason.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace halfstep {

class OutputFile {
public:
    explicit OutputFile(std::filesystem::path path);  // created or emptied
    ~OutputFile();                                    // closes without checking; call close() to know
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view text);
    void close();
    const std::filesystem::path& path() const { return path_; }
    std::int64_t size() const { return size_; }  // bytes written

private:
    std::filesystem::path path_;
    std::FILE* file_ = nullptr;
    std::int64_t size_ = 0;
};

// The text straight into the file.
void write_text(const std::filesystem::path& path, std::string_view text);

// The text under `path + ".tmp"`, renamed when it is complete: readers see the old file or the new.
void write_file(const std::filesystem::path& path, std::string_view text);

// The whole file; ResultError when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace halfstep
