// A JSON value as DeepSpeed's Python sees it, with the place of its key. What differs from plain
// JSON: NaN, Infinity and -Infinity are numbers, a number beyond binary64 is infinite, and integers
// have no size limit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace halfstep {

struct ConfigPlace {
    int line = 1;
    int column = 1;  // in characters
    bool operator==(const ConfigPlace&) const = default;
};

// An integer beyond 64 bits, rounded; infinite beyond binary64.
struct BigInteger {
    double value = 0;
    bool operator==(const BigInteger&) const = default;
};

struct ConfigMember;

struct ConfigNode {
    using List = std::vector<ConfigNode>;
    using Object = std::vector<ConfigMember>;
    std::variant<std::monostate, bool, std::int64_t, BigInteger, double, std::string, List, Object> data;
    ConfigPlace place;  // of its key; of the value itself in a list and at the top

    bool null() const { return std::holds_alternative<std::monostate>(data); }
    const std::string* text() const { return std::get_if<std::string>(&data); }
    const List* list() const { return std::get_if<List>(&data); }
    const Object* object() const { return std::get_if<Object>(&data); }
    Object* object() { return std::get_if<Object>(&data); }

    // Of an object, the last member of that name, as Python's dict keeps it; nullptr when absent.
    const ConfigNode* find(std::string_view key) const;
    // Follows "optimizer.params.lr"; nullptr when any part of it is absent.
    const ConfigNode* at(std::string_view path) const;
    // Follows the path as far as it is written.
    const ConfigNode& nearest(std::string_view path) const;

    // Writes or removes a key; objects on the way are made, and replace what is no object.
    void set(std::string_view path, ConfigNode value);
    void remove(std::string_view path);
};

struct ConfigMember {
    std::string key;
    ConfigNode value;
};

// What was found, in a message: "true", "1.5", "\"abc\"", "null", "an object", ...
std::string describe(const ConfigNode& node);

}  // namespace halfstep
