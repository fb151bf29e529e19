// Text to a Formula. The grammar (docs/formulas.md has it with examples):
//   statements  statement { (newline | ";") statement }
//   statement   name "=" expression | name ("+=" | "-=" | "*=" | "/=") expression | expression
//               | "if" expression "{" statements "}" { "else" "if" ... } [ "else" "{" statements "}" ]
//   expression, loosest first:  or | and | not | < <= > >= == != | + - | * / @ | unary - | ^ | a[i] f(x)
// All binary operators group to the left but ^, which groups to the right and binds tighter than a
// minus before it; comparisons do not chain. `#` begins a comment. A newline inside ( ) or [ ], or
// after an operator or comma, does not end a statement.
#pragma once

#include <string>
#include <string_view>

#include "halfstep/formula/ast.hpp"

namespace halfstep::formula {

// Limits, each an error with its place.
inline constexpr std::size_t largest_formula = std::size_t{1} << 20;  // bytes
inline constexpr int deepest_nesting = 200;                           // of brackets, blocks, minuses and powers

// Both throw SpecError(key) at the place of what is wrong.
Formula parse_statements(std::string key, std::string text);
// One expression: its root is the value of the only statement.
Formula parse_expression(std::string key, std::string text);

// A letter or "_", then letters, digits and "_"; no word of the grammar (if, else, and, or, not).
bool is_name(std::string_view word);

}  // namespace halfstep::formula
