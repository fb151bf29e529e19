// The trees a scenario was read from, kept to say later where a key was written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tree.hpp"

namespace halfstep {

class SourceMap {
public:
    struct Variant {
        std::string name;
        Tree tree;  // as written, not merged
    };

    InputNames inputs;
    std::string text;  // of the file
    Tree base;         // the file's top level with --set applied
    std::vector<Variant> variants;

    Location locate(std::string_view key, std::string_view run) const;
    // The place of a byte of a text value; that of the value where the text is not in the file.
    Location locate(std::string_view key, std::string_view run, std::size_t byte) const;
    std::optional<Location> written(std::string_view key, std::string_view run) const;
};

}  // namespace halfstep
