// A drawing of dots in character cells: two columns and four rows of dots a cell, as braille
// characters have them, or in ASCII two rows a cell.
#pragma once

#include <string>
#include <vector>

#include "terminal.hpp"

namespace halfstep {

class Braille {
public:
    Braille(int columns, int rows);  // cells
    int dot_columns() const { return 2 * columns_; }
    int dot_rows() const { return 4 * rows_; }

    // Dots count from the left and from the top; what lies outside is not drawn. A cell takes the
    // colour of its last dot.
    void dot(int x, int y, Color color);
    void line(int x0, int y0, int x1, int y1, Color color);
    // The cell of the dot shows a cross instead of dots.
    void cross(int x, int y, Color color);

    std::vector<std::string> lines(const Terminal& terminal) const;  // one a row of cells

private:
    struct Cell {
        unsigned dots = 0;  // as in U+2800 + dots
        bool crossed = false;
        Color color = Color::none;
    };
    Cell* cell(int x, int y);
    int columns_, rows_;
    std::vector<Cell> cells_;
};

}  // namespace halfstep
