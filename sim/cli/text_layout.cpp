#include "text_layout.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace halfstep {
namespace {

struct Character {
    std::string_view bytes;
    char32_t code = 0;
    bool valid = false;
};

// The first character of a text that is not empty; one byte where it is no UTF-8.
Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || length > text.size()) return {text.substr(0, 1), lead, false};
    char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {text.substr(0, 1), lead, false};
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (overlong || surrogate || code > 0x10FFFF) return {text.substr(0, 1), lead, false};
    return {text.substr(0, length), code, true};
}

// wcwidth with the tables of a UTF-8 locale, whatever the program's own locale is.
int width_of(const Character& c) {
    if (!c.valid || c.code < 0x7F) return 1;
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (!utf8) return 1;
    const locale_t before = uselocale(utf8);
    const int width = wcwidth(static_cast<wchar_t>(c.code));
    uselocale(before);
    return std::max(width, 0);
}

std::vector<Character> characters(std::string_view text) {
    std::vector<Character> all;
    while (!text.empty()) {
        all.push_back(first_character(text));
        text.remove_prefix(all.back().bytes.size());
    }
    return all;
}

}  // namespace

int display_width(std::string_view text) {
    int width = 0;
    for (const Character& c : characters(text)) width += width_of(c);
    return width;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (const Character& c : characters(text)) {
        const bool control = c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0);
        if (c.code == '\n' || c.code == '\t') {
            shown += ' ';
        } else if (c.valid && !control) {
            shown += c.bytes;
        } else {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(c.code) & 0xFFu);
            shown += escape;
        }
    }
    return shown;
}

std::string in_ascii(std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> signs[] = {
        {"×", "x"}, {"…", "..."}, {"−", "-"}, {"’", "'"}, {"∞", "inf"}};
    std::string plain;
    for (const Character& c : characters(text)) {
        const auto sign =
            std::find_if(std::begin(signs), std::end(signs), [&](const auto& s) { return s.first == c.bytes; });
        plain += sign == std::end(signs) ? c.bytes : sign->second;
    }
    return plain;
}

std::string padded(std::string_view text, int width) {
    return std::string(text) + std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
}

std::string shortened(std::string_view text, int width, bool unicode) {
    if (display_width(text) <= width) return std::string(text);
    const std::string_view dots = unicode ? "…" : "...";
    const int room = width - display_width(dots);
    if (room < 2) return std::string(static_cast<std::size_t>(std::max(0, width)), '.');
    const std::vector<Character> all = characters(text);
    std::string head, tail;
    int used = 0;
    std::size_t front = 0, back = all.size();
    while (used + width_of(all[front]) <= (room + 1) / 2) {
        used += width_of(all[front]);
        head += all[front++].bytes;
    }
    while (back > front && used + width_of(all[back - 1]) <= room) {
        used += width_of(all[--back]);
        tail.insert(0, all[back].bytes);
    }
    return head + std::string(dots) + tail;
}

std::vector<std::string> wrapped(std::string_view text, int width) {
    std::vector<std::string> lines(1);
    int used = 0;  // columns of the last line
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        const int needed = display_width(word);
        if (used > 0 && used + 1 + needed <= width) {
            lines.back() += ' ';
            ++used;
        } else if (used > 0) {
            lines.emplace_back();
            used = 0;
        }
        for (const Character& c : characters(word)) {
            const int w = width_of(c);
            if (used > 0 && used + w > width) {
                lines.emplace_back();
                used = 0;
            }
            lines.back() += c.bytes;
            used += w;
        }
    }
    return lines;
}

}  // namespace halfstep
