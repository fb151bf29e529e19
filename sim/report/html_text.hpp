// Text that goes into a page: nothing a scenario file says may become markup or script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace halfstep {

std::string escape_html(std::string_view text);  // & < > " '

// Escaped, with http:// and https:// addresses as links.
std::string escape_and_link(std::string_view text);

// JSON inside a <script type="application/json">: every '<' as \u003c, so no tag can end it.
std::string json_in_script(std::string json);

// Our own program or style sheet inside its element: "</" before a letter and "<!--" broken up
// with a backslash, which neither language sees.
std::string asset_in_element(std::string_view text);

std::string grouped(std::int64_t number);  // 12,345

// What it is to people at once, every digit for who points at it.
std::string number_cell(double value);

}  // namespace halfstep
