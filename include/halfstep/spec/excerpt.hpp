// Where in a text something is, for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halfstep {

// A stretch of bytes of a text.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const TextSpan&) const = default;
};

// The line of `text` in which the span begins, and under it carets below the part of the span that
// is on this line (one at least). Long lines are cut to what surrounds the place.
std::string marked_line(std::string_view text, TextSpan span);

}  // namespace halfstep
