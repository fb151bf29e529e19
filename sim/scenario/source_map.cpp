#include "source_map.hpp"

#include <algorithm>
#include <charconv>

#include "toml_string.hpp"

namespace halfstep {

namespace {

struct Found {
    std::size_t depth = 0;  // names of the key that were found
    Place place;
    const Tree* tree = nullptr;  // what is there
    bool whole = false;          // all of them
};

// Follows "optimizer.group[0].tensors" as far as the tree goes.
Found follow(const Tree& root, std::string_view key) {
    Found found{0, root.place, &root};
    const Tree* tree = &root;
    while (!key.empty()) {
        const Tree* next = nullptr;
        if (key.front() == '[') {
            const std::size_t close = key.find(']');
            if (close == std::string_view::npos) return found;
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(key.data() + 1, key.data() + close, index);
            const auto* list = tree->list();
            if (error == std::errc() && end == key.data() + close && list && index < list->size())
                next = &(*list)[index];
            key.remove_prefix(close + 1);
        } else {
            const std::size_t end = std::min(key.find_first_of(".["), key.size());
            next = tree->find(key.substr(0, end));
            key.remove_prefix(end);
        }
        if (!key.empty() && key.front() == '.') key.remove_prefix(1);
        if (!next) return found;
        tree = next;
        found = {found.depth + 1, tree->place, tree};
    }
    found.whole = true;
    return found;
}

}  // namespace

std::optional<Location> SourceMap::written(std::string_view key, std::string_view run) const {
    for (const Variant& variant : variants)
        if (variant.name == run)
            if (const Found own = follow(variant.tree, key); own.whole) return inputs.locate(own.place);
    if (const Found found = follow(base, key); found.whole) return inputs.locate(found.place);
    return std::nullopt;
}

namespace {

// In the variant where it writes the key, or as much of it as the base does.
Found find_written(const SourceMap& map, std::string_view key, std::string_view run) {
    Found best = follow(map.base, key);
    for (const SourceMap::Variant& variant : map.variants) {
        if (variant.name != run) continue;
        const Found own = follow(variant.tree, key);
        if (own.depth >= best.depth) best = own;
    }
    return best;
}

}  // namespace

Location SourceMap::locate(std::string_view key, std::string_view run) const {
    return inputs.locate(find_written(*this, key, run).place);
}

Location SourceMap::locate(std::string_view key, std::string_view run, std::size_t byte) const {
    const Found found = find_written(*this, key, run);
    const bool in_file = found.whole && found.tree->text() && found.place.set < 0;
    return inputs.locate(in_file ? place_in_string(text, found.place, byte) : found.place);
}

}  // namespace halfstep
