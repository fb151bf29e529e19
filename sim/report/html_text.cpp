#include "html_text.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string escape_and_link(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t start = std::string_view::npos;
        for (const std::string_view scheme : {"https://", "http://"}) start = std::min(start, text.find(scheme));
        out += escape_html(text.substr(0, start));
        if (start == std::string_view::npos) break;
        text.remove_prefix(start);
        std::string_view address = text.substr(0, text.find_first_of(" \t\r\n<>\"'"));
        // A full stop or bracket after an address belongs to the sentence.
        while (!address.empty() && std::string_view(".,;:!?)]}").find(address.back()) != std::string_view::npos)
            address.remove_suffix(1);
        const std::string escaped = escape_html(address);
        out += "<a href=\"" + escaped + "\" rel=\"noreferrer\">";
        out += escaped + "</a>";
        text.remove_prefix(address.size());
    }
    return out;
}

std::string json_in_script(std::string json) {
    for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos; at += 6) json.replace(at, 1, "\\u003c");
    return json;
}

std::string asset_in_element(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] != '<' || i + 1 == text.size()) continue;
        const bool closes =
            text[i + 1] == '/' && i + 2 < text.size() && std::isalpha(static_cast<unsigned char>(text[i + 2]));
        if (closes || text.substr(i + 1, 3) == "!--") out += '\\';
    }
    return out;
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t end = text.size(); end > 3 + (number < 0 ? 1u : 0u); end -= 3) text.insert(end - 3, 1, ',');
    return text;
}

std::string number_cell(double value) {
    if (value == std::trunc(value) && std::abs(value) < 1e9) return grouped(static_cast<std::int64_t>(value));
    const std::string shortened = rounded_text(value, 5), exact = number_text(value);
    if (shortened == exact) return exact;
    return "<span title=\"" + exact + "\">" + shortened + "</span>";
}

}  // namespace halfstep
