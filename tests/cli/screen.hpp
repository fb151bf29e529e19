// What a terminal would show of a stream: as much of one as the program uses (carriage return, line
// feed, erase to the end of the line, colours).
#pragma once

#include <string>
#include <vector>

namespace halfstep::test {

struct Screen {
    std::vector<std::string> lines;  // UTF-8, without colours
    int widest = 0;                  // columns of the widest line that was ever on it
    bool strange = false;            // another control sequence, or broken UTF-8
    std::string text() const;        // the lines, joined
};

Screen shown_on_screen(const std::string& bytes);

std::string without_colors(const std::string& text);

}  // namespace halfstep::test
