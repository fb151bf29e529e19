// Text that waits to be appended to a file: in memory while it is small, in a temporary file when it
// grows. Most runs trace little, and a file of its own would cost them more than what stands in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "halfstep/trace/output_file.hpp"

namespace halfstep {

class Spool {
public:
    explicit Spool(std::filesystem::path path) : path_(std::move(path)) {}  // where it goes when it grows
    ~Spool();                                                               // removes the file

    void write(std::string_view text);
    std::int64_t size() const { return size_; }
    void append_to(OutputFile& out);  // once, at the end

private:
    static constexpr std::size_t most_in_memory = 1 << 20;
    std::filesystem::path path_;
    std::string text_;
    std::unique_ptr<OutputFile> file_;
    std::int64_t size_ = 0;
};

// `bytes` bytes of a file from `offset` on, onto the end of `out`. ResultError when there are fewer.
void append_part(OutputFile& out, const std::filesystem::path& path, std::int64_t offset, std::int64_t bytes);

}  // namespace halfstep
