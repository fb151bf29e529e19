// What the terminal behind a stream allows: how wide it is, whether it can be drawn on, whether it
// shows colours, and whether characters beyond ASCII reach it.
#pragma once

#include <string>
#include <string_view>

namespace halfstep {

enum class When { automatic, always, never };
inline constexpr const char* when_names[] = {"auto", "always", "never"};  // in the order of When

struct Terminal {
    bool interactive = false;  // a terminal, not a file or a pipe
    bool drawable = false;     // and one that can erase a line (TERM says more than "dumb")
    bool color = false;
    bool unicode = false;  // the locale's encoding is UTF-8
    int columns = 80;      // of the terminal, or what COLUMNS says where that is fewer; 80 where nothing says
};

// `color`: always and never decide; automatic is a drawable terminal and no NO_COLOR.
Terminal look_at_terminal(int descriptor, When color = When::automatic);

int terminal_columns(int descriptor);  // as Terminal::columns, now: windows change

enum class Color { none, red, green, yellow, blue, magenta, cyan, bright_red, bright_blue, dim };

// The text in a colour where the terminal shows colours, otherwise as it is.
std::string painted(const Terminal& terminal, Color color, std::string_view text);

}  // namespace halfstep
