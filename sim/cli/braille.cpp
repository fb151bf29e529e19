#include "braille.hpp"

#include <algorithm>
#include <cstdlib>

namespace halfstep {
namespace {

// Bits of a braille character, by row of dots and column.
constexpr unsigned bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
constexpr unsigned upper_half = 0x01 | 0x08 | 0x02 | 0x10;

std::string character(unsigned dots, bool unicode) {
    if (dots == 0) return " ";
    if (!unicode) {
        const bool upper = dots & upper_half, lower = dots & ~upper_half;
        return upper && lower ? ":" : upper ? "'" : ".";
    }
    const unsigned code = 0x2800 + dots;
    return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
}

}  // namespace

Braille::Braille(int columns, int rows)
    : columns_(std::max(columns, 1)), rows_(std::max(rows, 1)), cells_(static_cast<std::size_t>(columns_ * rows_)) {}

Braille::Cell* Braille::cell(int x, int y) {
    if (x < 0 || y < 0 || x >= dot_columns() || y >= dot_rows()) return nullptr;
    return &cells_[static_cast<std::size_t>(y / 4 * columns_ + x / 2)];
}

void Braille::dot(int x, int y, Color color) {
    Cell* at = cell(x, y);
    if (!at || at->crossed) return;
    at->dots |= bits[y % 4][x % 2];
    at->color = color;
}

void Braille::line(int x0, int y0, int x1, int y1, Color color) {
    const int length = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= length; ++i) {
        const auto between = [&](int from, int to) { return from + (2 * (to - from) * i + length) / (2 * length); };
        // Rounding half up works for rising coordinates; falling ones are counted from the other end.
        const int x = x1 >= x0 ? between(x0, x1) : x0 - (between(x1, x0) - x1);
        const int y = y1 >= y0 ? between(y0, y1) : y0 - (between(y1, y0) - y1);
        dot(x, y, color);
    }
}

void Braille::cross(int x, int y, Color color) {
    if (Cell* at = cell(x, y)) *at = {0, true, color};
}

std::vector<std::string> Braille::lines(const Terminal& terminal) const {
    std::vector<std::string> lines;
    for (int row = 0; row < rows_; ++row) {
        std::string line, stretch;  // neighbours of one colour change it once
        Color color = Color::none;
        for (int column = 0; column < columns_; ++column) {
            const Cell& c = cells_[static_cast<std::size_t>(row * columns_ + column)];
            if (c.color != color) {
                line += painted(terminal, color, stretch);
                stretch.clear();
                color = c.color;
            }
            stretch += c.crossed ? (terminal.unicode ? "×" : "x") : character(c.dots, terminal.unicode);
        }
        line += painted(terminal, color, stretch);
        while (!line.empty() && line.back() == ' ') line.pop_back();
        lines.push_back(line);
    }
    return lines;
}

}  // namespace halfstep
