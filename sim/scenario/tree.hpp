// A scenario as it was written, before anything is known about its meaning: values with the place
// each of them came from. Variants and --set are applied to this form, so that an error in the
// resolved run still points to the line at fault.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "halfstep/scenario/scenario_error.hpp"

namespace halfstep {

struct Place {
    int line = 1;
    int column = 1;
    int set = -1;  // index of the --set entry it came from, or -1: the file
};

struct Entry;

struct Tree {
    Place place;
    std::variant<bool, std::int64_t, double, std::string, std::vector<Tree>, std::vector<Entry>> data;

    const std::vector<Tree>* list() const { return std::get_if<std::vector<Tree>>(&data); }
    const std::vector<Entry>* table() const { return std::get_if<std::vector<Entry>>(&data); }
    std::vector<Entry>* table() { return std::get_if<std::vector<Entry>>(&data); }
    const std::string* text() const { return std::get_if<std::string>(&data); }
    const Tree* find(std::string_view key) const;  // of a table; nullptr when absent or no table
};

struct Entry {
    std::string key;
    Place place;  // of the key
    Tree value;
};

const Entry* find_entry(const std::vector<Entry>& table, std::string_view key);
Entry* find_entry(std::vector<Entry>& table, std::string_view key);

// Number of values in a tree, tables and lists included.
std::size_t count_values(const Tree& tree);

// What was found, for messages.
std::string describe(const Tree& tree);

// The names of the inputs, which turn a Place into a Location.
struct InputNames {
    std::string file;
    std::vector<std::string> set_keys;  // "optimizer.lr" of each --set entry

    Location locate(const Place& place) const;
    [[noreturn]] void fail(const Place& place, const std::string& message) const;
};

}  // namespace halfstep
