#include "halfstep/spec/excerpt.hpp"

#include <algorithm>

namespace halfstep {

namespace {

constexpr std::size_t shown_before = 60, shown_after = 60;  // characters around the place

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// `at` moved by up to `count` whole characters towards `limit`.
std::size_t moved(std::string_view text, std::size_t at, std::size_t limit, std::size_t count) {
    const bool forwards = limit >= at;
    while (at != limit && count > 0) {
        forwards ? ++at : --at;
        while (at != limit && at < text.size() && continues_character(text[at])) forwards ? ++at : --at;
        --count;
    }
    return at;
}

}  // namespace

std::string marked_line(std::string_view text, TextSpan span) {
    const std::size_t begin = std::min(span.begin, text.size());
    const std::size_t previous = begin == 0 ? text.npos : text.rfind('\n', begin - 1);
    const std::size_t line_begin = previous == text.npos ? 0 : previous + 1;
    std::size_t line_end = std::min(text.find('\n', begin), text.size());
    if (line_end > begin && text[line_end - 1] == '\r') --line_end;

    const std::size_t from = moved(text, begin, line_begin, shown_before);
    const std::size_t to = moved(text, begin, line_end, shown_after);
    const std::string ahead = from > line_begin ? "..." : "";
    std::string result = ahead + std::string(text.substr(from, to - from)) + (to < line_end ? "..." : "") + "\n";
    result.append(ahead.size(), ' ');
    for (std::size_t i = from; i < begin; ++i)
        if (!continues_character(text[i])) result += text[i] == '\t' ? '\t' : ' ';
    const std::size_t marked_end = std::clamp(span.end, begin, to);
    std::size_t carets = 0;
    for (std::size_t i = begin; i < marked_end; ++i) carets += continues_character(text[i]) ? 0 : 1;
    return result.append(std::max<std::size_t>(carets, 1), '^');
}

}  // namespace halfstep
