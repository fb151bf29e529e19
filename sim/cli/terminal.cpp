#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace halfstep {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// The environment and not nl_langinfo: a locale that is named but not installed still says what the
// terminal shows.
bool utf8_locale() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        std::string value(environment(name));
        if (value.empty()) continue;
        std::transform(value.begin(), value.end(), value.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
    return false;
}

const char* sgr(Color color) {
    switch (color) {
        case Color::red:
            return "31";
        case Color::green:
            return "32";
        case Color::yellow:
            return "33";
        case Color::blue:
            return "34";
        case Color::magenta:
            return "35";
        case Color::cyan:
            return "36";
        case Color::bright_red:
            return "91";
        case Color::bright_blue:
            return "94";
        case Color::dim:
            return "2";
        default:
            return "";
    }
}

}  // namespace

int terminal_columns(int descriptor) {
    int columns = 0;
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
    const std::string_view wanted = environment("COLUMNS");
    int most = 0;
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), most);
    const bool valid = error == std::errc() && end == wanted.data() + wanted.size() && most > 0;
    if (valid && (columns == 0 || most < columns)) columns = most;
    return columns > 0 ? columns : 80;
}

Terminal look_at_terminal(int descriptor, When color) {
    Terminal terminal;
    terminal.interactive = isatty(descriptor) == 1;
    const std::string_view name = environment("TERM");
    terminal.drawable = terminal.interactive && !name.empty() && name != "dumb";
    terminal.color =
        color == When::always || (color == When::automatic && terminal.drawable && environment("NO_COLOR").empty());
    terminal.unicode = utf8_locale();
    terminal.columns = terminal_columns(descriptor);
    return terminal;
}

std::string painted(const Terminal& terminal, Color color, std::string_view text) {
    if (!terminal.color || color == Color::none || text.empty()) return std::string(text);
    return "\x1b[" + std::string(sgr(color)) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace halfstep
