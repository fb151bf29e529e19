// Pieces of JSON that are written by hand because they are large.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace halfstep {

// With quotes, bytes that are not UTF-8 replaced.
inline std::string json_quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// "[a,b,c]" of what `write` appends for each element.
template <class List, class Write>
void append_list(std::string& out, const List& list, Write&& write) {
    out += '[';
    bool first = true;
    for (const auto& element : list) {
        if (!std::exchange(first, false)) out += ',';
        write(element);
    }
    out += ']';
}

}  // namespace halfstep
