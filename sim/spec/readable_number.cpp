#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

// "1234567.5" as "1,234,567.5".
std::string grouped(std::string text) {
    const std::size_t first = text[0] == '-' ? 1 : 0;
    std::size_t end = text.find('.');
    if (end == std::string::npos) end = text.size();
    while (end > first + 3) text.insert(end -= 3, ",");
    return text;
}

std::string without_trailing_zeros(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace

std::string readable_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-infinity" : "infinity";
    if (value == 0) return "0";
    int exponent = 0;
    const bool power_of_two = std::frexp(std::fabs(value), &exponent) == 0.5;
    --exponent;
    if (power_of_two && (exponent < -13 || exponent > 23)) return (value < 0 ? "-2^" : "2^") + std::to_string(exponent);
    char text[64];
    if (std::fabs(value) < 1e7 && value == std::trunc(value)) {
        std::snprintf(text, sizeof text, "%.0f", value);
        return grouped(text);
    }
    std::snprintf(text, sizeof text, "%.5e", value);
    const std::string scientific = text;
    const auto e = scientific.find('e');
    const int decimal = std::atoi(scientific.c_str() + e + 1);
    if (decimal < -4 || decimal > 5)
        return without_trailing_zeros(scientific.substr(0, e)) + "e" + std::to_string(decimal);
    std::snprintf(text, sizeof text, "%.*f", 5 - decimal, value);
    return grouped(without_trailing_zeros(text));
}

}  // namespace halfstep
