#include "spool.hpp"

#include <array>
#include <fstream>

#include "files.hpp"
#include "halfstep/trace/result_error.hpp"

namespace halfstep {

Spool::~Spool() {
    if (file_) remove_quietly(path_);
}

void Spool::write(std::string_view text) {
    size_ += static_cast<std::int64_t>(text.size());
    text_ += text;
    if (text_.size() <= most_in_memory) return;
    if (!file_) file_ = std::make_unique<OutputFile>(path_);
    file_->write(text_);
    text_.clear();
}

void Spool::append_to(OutputFile& out) {
    if (file_) {
        file_->close();
        append_part(out, path_, 0, size_ - static_cast<std::int64_t>(text_.size()));
    }
    out.write(text_);
}

void append_part(OutputFile& out, const std::filesystem::path& path, std::int64_t offset, std::int64_t bytes) {
    std::ifstream in(path, std::ios::binary);
    in.seekg(offset);
    std::array<char, 1 << 16> block;
    while (bytes > 0 && in.read(block.data(), std::min<std::int64_t>(bytes, block.size()))) {
        out.write({block.data(), static_cast<std::size_t>(in.gcount())});
        bytes -= in.gcount();
    }
    if (bytes > 0) throw ResultError(path, "cannot be read to its end");
}

}  // namespace halfstep
