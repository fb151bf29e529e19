#include "halfstep/trace/number.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace halfstep {
namespace {

// Whether the value had a name of its own ("nan", "inf", "-inf").
bool append_special(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
    } else if (std::isinf(value)) {
        out += value < 0 ? "-inf" : "inf";
    } else {
        return false;
    }
    return true;
}

template <class T>
std::optional<T> parse_whole(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

void append_number(std::string& out, double value) {
    if (append_special(out, value)) return;
    char text[32];
    out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string rounded_text(double value, int digits) {
    std::string out;
    if (append_special(out, value)) return out;
    char text[64];
    out.append(text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr);
    return out;
}

std::optional<double> parse_number(std::string_view text) {
    // from_chars knows more spellings ("infinity", "nan(…)"); a file of ours has only these.
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    const auto value = parse_whole<double>(text);
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    return parse_whole<std::int64_t>(text);
}
std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
    return parse_whole<std::uint64_t>(text);
}

}  // namespace halfstep
