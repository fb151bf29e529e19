// A DeepSpeed configuration as it was written: JSON text to nodes with places.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/config/config_node.hpp"
#include "halfstep/spec/location.hpp"

namespace halfstep {

// A text that is no configuration at all: not JSON, not an object, beyond the limits.
class ConfigError : public std::runtime_error {
public:
    ConfigError(Location location, const std::string& message)
        : std::runtime_error(location.text() + ": " + message), location_(std::move(location)) {}
    const Location& location() const { return location_; }

private:
    Location location_;
};

// Keys that one object holds more than once, each with the path to it and its last place.
struct DuplicateKeys {
    struct Key {
        std::string path;
        ConfigPlace place;
    };
    std::vector<Key> keys;
};

struct ConfigFile {
    std::string name;
    ConfigNode root;                        // an object
    std::vector<DuplicateKeys> duplicates;  // inner objects first, as Python's reader completes them
    Location locate(const ConfigPlace& place) const { return {name, place.line, place.column}; }
};

inline constexpr std::size_t config_limit = 16u << 20;     // bytes
inline constexpr std::size_t most_config_values = 10'000;  // keys and list items
inline constexpr std::size_t deepest_config_nesting = 64;

// Reads what Python's json module reads (comments are no JSON). Throws ConfigError and nothing else
// (except std::bad_alloc), whatever the bytes are.
ConfigFile read_config(std::string_view text, const std::string& file);

// Whether a file is read as a configuration: by its extension (.json or .toml), otherwise by its
// first character, which is "{".
bool looks_like_config(std::string_view text, const std::string& file);

}  // namespace halfstep
