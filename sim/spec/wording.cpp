#include "halfstep/spec/wording.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace halfstep {

namespace {

constexpr std::size_t longest_quote = 60;  // bytes of a name or text shown in a message
constexpr std::size_t longest_word = 64;   // longer names get no suggestion: the distance costs length squared

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

}  // namespace

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    std::size_t used = 0;
    for (; used < text.size(); ++used) {
        const auto byte = static_cast<unsigned char>(text[used]);
        const bool inside_character = (byte & 0xC0) == 0x80;
        if (used >= longest_quote && !inside_character) break;
        if (byte == '"' || byte == '\\') {
            result += '\\';
            result += text[used];
        } else if (byte < 0x20 || byte == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(byte));
            result += escape;
        } else {
            result += text[used];
        }
    }
    if (used < text.size()) result += "...";
    return result + '"';
}

std::string number_text(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    if (std::fabs(value) < 1e15 && value == std::trunc(value)) {
        char text[40];
        std::snprintf(text, sizeof text, "%.0f", value);  // 100000000, not 1e+08
        return text;
    }
    // Not std::to_chars: Emscripten 3.1.6 has no floating-point version of it.
    char text[40];
    for (int digits = 1; digits <= 17; ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        if (std::strtod(text, nullptr) == value) break;
    }
    return text;
}

std::string describe(const Value& value) {
    struct Words {
        std::string operator()(std::monostate) const { return "nothing"; }
        std::string operator()(bool b) const { return b ? "true" : "false"; }
        std::string operator()(std::int64_t i) const { return std::to_string(i); }
        std::string operator()(double x) const {
            std::string text = number_text(x);
            // 256.0 where an integer is wanted must not be shown as the integer it looks like.
            if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
            return text;
        }
        std::string operator()(const std::string& text) const { return in_quotes(text); }
        std::string operator()(const std::vector<Value>& list) const {
            if (list.empty()) return "an empty list";
            if (list.size() == 1) return "a list of one value, " + describe(list.front());
            return "a list of " + std::to_string(list.size()) + " values";
        }
        std::string operator()(const Configured& configured) const {
            return configured.kind.empty() ? "a table" : "a table of kind " + in_quotes(configured.kind);
        }
        std::string operator()(const Entries&) const { return "a table"; }
    };
    return std::visit(Words{}, value.data);
}

std::optional<std::string> nearest_name(std::string_view word, std::span<const std::string> candidates) {
    if (word.empty() || word.size() > longest_word) return std::nullopt;
    const std::string* best = nullptr;
    std::size_t best_distance = 0;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > longest_word) continue;
        const std::size_t d = distance(word, candidate);
        // A third of the longer word may be wrong, and always one letter of two ("rl" for "lr").
        if (d > std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3)) continue;
        if (d >= std::min(word.size(), candidate.size())) continue;
        if (!best || d < best_distance) {
            best = &candidate;
            best_distance = d;
        }
    }
    return best ? std::optional<std::string>(*best) : std::nullopt;
}

std::string unknown_name(std::string_view what, std::string_view word, std::span<const std::string> candidates) {
    std::string message = "unknown " + std::string(what) + " " + in_quotes(word);
    if (const auto nearest = nearest_name(word, candidates))
        message += "; did you mean " + in_quotes(*nearest) + "?";
    else
        message += ".";
    message += " Accepted: ";
    if (candidates.empty()) message += "none";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i > 0) message += ", ";
        if (i == 60) return message + "...";
        message += candidates[i];
    }
    return message;
}

}  // namespace halfstep
