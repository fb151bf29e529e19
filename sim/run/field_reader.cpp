#include "field_reader.hpp"

#include <charconv>
#include <cmath>

#include "halfstep/format/round.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

std::string quoted(const char* what) {
    return std::string("\"") + what + "\"";
}

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

const json* FieldReader::find(const json& object, const char* key) const {
    if (!object.is_object()) fail("an object with " + quoted(key) + " is expected");
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

const json& FieldReader::at(const json& object, const char* key) const {
    const json* found = find(object, key);
    if (!found) fail(quoted(key) + " is missing");
    return *found;
}

const json& FieldReader::list(const json& value, const char* what, std::size_t size) const {
    if (!value.is_array()) fail(quoted(what) + " is no list");
    if (size != any_size && value.size() != size)
        fail(quoted(what) + " has " + std::to_string(value.size()) + " entries; accepted: " + std::to_string(size));
    return value;
}

const std::string& FieldReader::text(const json& value, const char* what) const {
    if (!value.is_string()) fail(quoted(what) + " is no text");
    return value.get_ref<const std::string&>();
}

bool FieldReader::boolean(const json& value, const char* what) const {
    if (!value.is_boolean()) fail(quoted(what) + " is neither true nor false");
    return value.get<bool>();
}

double FieldReader::number(const json& value, const char* what) const {
    if (value.is_number()) return value.get<double>();
    if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
    if (value.is_string()) {
        const std::string& s = value.get_ref<const std::string&>();
        double x = 0.0;
        const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), x);
        if (error == std::errc() && end == s.data() + s.size() && !s.empty()) return x;
    }
    fail(quoted(what) + " is no number");
}

double FieldReader::finite(const json& value, const char* what) const {
    const double x = number(value, what);
    if (!std::isfinite(x)) fail(quoted(what) + " is not finite");
    return x;
}

std::int64_t FieldReader::integer(const json& value, const char* what, std::int64_t lowest,
                                  std::int64_t highest) const {
    const double x = number(value, what);
    if (!(x >= double(lowest) && x <= double(highest)) || x != std::floor(x))
        fail(quoted(what) + " is no whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return std::int64_t(x);
}

std::vector<std::uint64_t> FieldReader::hexadecimal(const json& value, int digits, const char* what) const {
    const std::string& s = text(value, what);
    const auto width = std::size_t(digits);
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < s.size(); i += width + 1) {
        std::uint64_t bits = 0;
        for (std::size_t k = i; k < i + width; ++k) {
            const int d = k < s.size() ? digit(s[k]) : -1;
            if (d < 0)
                fail(quoted(what) + ": word " + std::to_string(out.size()) + " is not " + std::to_string(digits) +
                     " hexadecimal digits");
            bits = bits * 16 + std::uint64_t(d);
        }
        const std::size_t end = i + width;
        if (end < s.size() && (s[end] != ' ' || end + 1 == s.size()))
            fail(quoted(what) + ": words are separated by one space");
        out.push_back(bits);
    }
    return out;
}

std::vector<double> FieldReader::words(const json& value, const char* what) const {
    std::vector<double> out;
    for (std::uint64_t bits : hexadecimal(value, 8, what))
        out.push_back(static_cast<double>(from_bits<float>(std::uint32_t(bits))));
    return out;
}

}  // namespace halfstep
