#include "python_value.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace halfstep {
namespace {

std::string strip(const std::string& text) {
    const char* blanks = " \t\n\r\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Digits with single underscores between them from `at` on; appends the digits, returns the end.
std::size_t take_digits(const std::string& text, std::size_t at, std::string& digits) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    while (digit(at) || (at < text.size() && text[at] == '_' && at > 0 && digit(at - 1) && digit(at + 1))) {
        if (text[at] != '_') digits += text[at];
        ++at;
    }
    return at;
}

double to_double(const std::string& digits) {
    return std::strtod(digits.c_str(), nullptr);
}

// [+-]digits, and with `fraction` a point followed by zeros alone.
std::optional<double> integer_text(const std::string& raw, bool fraction) {
    const std::string text = strip(raw);
    std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    std::string digits = text.substr(0, at);
    const std::size_t end = take_digits(text, at, digits);
    if (end == at) return std::nullopt;
    if (fraction && end < text.size() && text[end] == '.' && end + 1 < text.size() &&
        text.find_first_not_of('0', end + 1) == std::string::npos)
        return to_double(digits);
    return end == text.size() ? std::optional<double>(to_double(digits)) : std::nullopt;
}

std::optional<double> number_text_value(const std::string& raw) {
    const std::string text = strip(raw);
    std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    const bool minus = at == 1 && text[0] == '-';
    if (const std::string word = lower(text.substr(at)); word == "inf" || word == "infinity")
        return minus ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    else if (word == "nan")
        return std::nan("");
    std::string digits = text.substr(0, at);
    const std::size_t sign = digits.size();
    at = take_digits(text, at, digits);
    if (at < text.size() && text[at] == '.') {
        digits += '.';
        at = take_digits(text, at + 1, digits);
        if (digits.size() == sign + 1) return std::nullopt;
    } else if (digits.size() == sign) {
        return std::nullopt;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        digits += 'e';
        if (++at < text.size() && (text[at] == '+' || text[at] == '-')) digits += text[at++];
        const std::size_t before = digits.size();
        at = take_digits(text, at, digits);
        if (digits.size() == before) return std::nullopt;
    }
    return at == text.size() ? std::optional<double>(to_double(digits)) : std::nullopt;
}

}  // namespace

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool truthy(const ConfigNode& node) {
    struct Words {
        bool operator()(std::monostate) const { return false; }
        bool operator()(bool b) const { return b; }
        bool operator()(std::int64_t i) const { return i != 0; }
        bool operator()(const BigInteger&) const { return true; }
        bool operator()(double x) const { return x != 0.0; }
        bool operator()(const std::string& text) const { return !text.empty(); }
        bool operator()(const ConfigNode::List& list) const { return !list.empty(); }
        bool operator()(const ConfigNode::Object& object) const { return !object.empty(); }
    };
    return std::visit(Words{}, node.data);
}

std::optional<double> arithmetic(const ConfigNode& node) {
    if (const auto* b = std::get_if<bool>(&node.data)) return *b ? 1.0 : 0.0;
    if (const auto* i = std::get_if<std::int64_t>(&node.data)) return static_cast<double>(*i);
    if (const auto* i = std::get_if<BigInteger>(&node.data)) return i->value;
    if (const auto* x = std::get_if<double>(&node.data)) return *x;
    return std::nullopt;
}

bool is_integer(const ConfigNode& node) {
    return arithmetic(node) && !std::holds_alternative<double>(node.data);
}

std::optional<bool> read_boolean(const ConfigNode& node) {
    if (const auto x = arithmetic(node)) {
        if (*x == 0.0 || *x == 1.0) return *x == 1.0;
        return std::nullopt;
    }
    if (!node.text()) return std::nullopt;
    const std::string word = lower(*node.text());
    for (const char* yes : {"1", "on", "t", "true", "y", "yes"})
        if (word == yes) return true;
    for (const char* no : {"0", "off", "f", "false", "n", "no"})
        if (word == no) return false;
    return std::nullopt;
}

std::optional<double> read_integer(const ConfigNode& node) {
    if (const auto* x = std::get_if<double>(&node.data)) {
        const double limit = 9223372036854775808.0;  // 2^63: pydantic goes through 64 bits
        if (!(*x >= -limit && *x < limit) || *x != std::trunc(*x)) return std::nullopt;
        return *x;
    }
    if (const std::string* text = node.text()) return integer_text(*text, true);
    return arithmetic(node);
}

std::optional<double> read_number(const ConfigNode& node) {
    if (const std::string* text = node.text()) return number_text_value(*text);
    return arithmetic(node);
}

std::optional<double> python_float(const ConfigNode& node) {
    return read_number(node);
}

bool python_int_accepts(const ConfigNode& node) {
    if (const auto* x = std::get_if<double>(&node.data)) return std::isfinite(*x);
    if (const std::string* text = node.text()) return integer_text(*text, false).has_value();
    return arithmetic(node).has_value();
}

double floor_divide(double a, double b) {
    if (std::isinf(a)) return std::nan("");
    double q = std::floor(a / b);
    if (std::isfinite(q) && std::fmod(a, b) != 0.0) {
        // a / b may round up to the next whole number.
        if (q * b > a && b > 0) q -= 1.0;
    }
    return q;
}

}  // namespace halfstep
