// Text in the columns of a terminal. Widths are counted as terminals count them (a combining accent
// takes none, a Han character two); nothing is ever cut inside a character.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halfstep {

int display_width(std::string_view text);

// Control characters and bytes that are no UTF-8 as \xNN, line ends and tabs as blanks: no file can
// move the cursor.
std::string printable(std::string_view text);

// The program's own signs (multiplication sign, ellipsis, minus, quotes) in ASCII, for terminals
// that show nothing else. What users wrote stays as it is.
std::string in_ascii(std::string_view text);

std::string padded(std::string_view text, int width);  // with blanks on the right, never cut

// At most `width` columns: the middle gives way to an ellipsis, since names differ at their ends.
std::string shortened(std::string_view text, int width, bool unicode);

// Lines of at most `width` columns (at least 1), broken at blanks; a longer word is broken anywhere.
std::vector<std::string> wrapped(std::string_view text, int width);

}  // namespace halfstep
