#include "screen.hpp"

#include <algorithm>

namespace halfstep::test {
namespace {

std::size_t length_of_character(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

class Emulation {
public:
    explicit Emulation(const std::string& bytes) : bytes_(bytes) {
        while (at_ < bytes_.size()) step();
        finish_line();
    }
    Screen screen;

private:
    void step() {
        const char c = bytes_[at_];
        if (c == '\r') {
            column_ = 0;
            ++at_;
        } else if (c == '\n') {
            finish_line();
            line_.clear();
            ++at_;
        } else if (c == '\x1b') {
            escape();
        } else {
            put();
        }
    }

    void escape() {
        const std::size_t end = bytes_.find_first_not_of("0123456789;", at_ + 2);
        const bool sequence = bytes_.compare(at_, 2, "\x1b[") == 0 && end != std::string::npos;
        if (sequence && bytes_[end] == 'K')
            line_.resize(std::min(line_.size(), column_));
        else if (!sequence || bytes_[end] != 'm')
            screen.strange = true;
        at_ = sequence ? end + 1 : at_ + 1;
    }

    void put() {
        const std::size_t length = length_of_character(static_cast<unsigned char>(bytes_[at_]));
        if (length == 0 || at_ + length > bytes_.size() || static_cast<unsigned char>(bytes_[at_]) < 0x20)
            screen.strange = true;
        if (column_ >= line_.size()) line_.resize(column_ + 1, " ");
        line_[column_++] = bytes_.substr(at_, std::max<std::size_t>(length, 1));
        at_ += std::max<std::size_t>(length, 1);
        screen.widest = std::max(screen.widest, static_cast<int>(column_));
    }

    void finish_line() {
        std::string text;
        for (const std::string& character : line_) text += character;
        screen.lines.push_back(text);
    }

    const std::string& bytes_;
    std::size_t at_ = 0, column_ = 0;
    std::vector<std::string> line_;  // its characters, one a column
};

}  // namespace

std::string Screen::text() const {
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
}

Screen shown_on_screen(const std::string& bytes) {
    return Emulation(bytes).screen;
}

std::string without_colors(const std::string& text) {
    return shown_on_screen(text).lines.front();
}

}  // namespace halfstep::test
