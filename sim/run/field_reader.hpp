// Single fields of a recording, read with checks that say which one is at fault.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "halfstep/run/replay.hpp"

namespace halfstep {

class FieldReader {
public:
    explicit FieldReader(std::string place) : place_(std::move(place)) {}
    // The same for what lies further inside: "file: trajectory[3]".
    FieldReader inside(const std::string& further) const { return FieldReader(place_ + ": " + further); }

    [[noreturn]] void fail(const std::string& message) const { throw ReplayError(place_ + ": " + message); }

    const nlohmann::json& at(const nlohmann::json& object, const char* key) const;
    const nlohmann::json* find(const nlohmann::json& object, const char* key) const;  // nullptr: absent
    // A list, of `size` entries unless that is any_size.
    static constexpr std::size_t any_size = std::size_t(-1);
    const nlohmann::json& list(const nlohmann::json& value, const char* what, std::size_t size = any_size) const;
    const std::string& text(const nlohmann::json& value, const char* what) const;
    bool boolean(const nlohmann::json& value, const char* what) const;
    // A number, true or false as 1 or 0, or a text with one: "nan", "inf", "-inf", "0.5".
    double number(const nlohmann::json& value, const char* what) const;
    double finite(const nlohmann::json& value, const char* what) const;
    // A whole number from lowest to highest.
    std::int64_t integer(const nlohmann::json& value, const char* what, std::int64_t lowest,
                         std::int64_t highest) const;
    // Groups of `digits` hexadecimal digits, separated by one space.
    std::vector<std::uint64_t> hexadecimal(const nlohmann::json& value, int digits, const char* what) const;
    std::vector<double> words(const nlohmann::json& value, const char* what) const;  // binary32

private:
    std::string place_;
};

}  // namespace halfstep
