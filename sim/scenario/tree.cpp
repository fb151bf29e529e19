#include "tree.hpp"

#include "halfstep/spec/wording.hpp"

namespace halfstep {

const Tree* Tree::find(std::string_view key) const {
    const auto* entries = table();
    const Entry* entry = entries ? find_entry(*entries, key) : nullptr;
    return entry ? &entry->value : nullptr;
}

const Entry* find_entry(const std::vector<Entry>& table, std::string_view key) {
    for (const Entry& entry : table)
        if (entry.key == key) return &entry;
    return nullptr;
}

Entry* find_entry(std::vector<Entry>& table, std::string_view key) {
    for (Entry& entry : table)
        if (entry.key == key) return &entry;
    return nullptr;
}

std::size_t count_values(const Tree& tree) {
    std::size_t count = 1;
    if (const auto* list = tree.list())
        for (const Tree& item : *list) count += count_values(item);
    if (const auto* table = tree.table())
        for (const Entry& entry : *table) count += count_values(entry.value);
    return count;
}

std::string describe(const Tree& tree) {
    struct Words {
        std::string operator()(bool b) const { return describe(Value{b}); }
        std::string operator()(std::int64_t i) const { return describe(Value{i}); }
        std::string operator()(double x) const { return describe(Value{x}); }
        std::string operator()(const std::string& text) const { return describe(Value{text}); }
        std::string operator()(const std::vector<Tree>& list) const {
            if (list.size() == 1) return "a list of one value";
            return list.empty() ? "an empty list" : "a list of " + std::to_string(list.size()) + " values";
        }
        std::string operator()(const std::vector<Entry>&) const { return "a table"; }
    };
    return std::visit(Words{}, tree.data);
}

Location InputNames::locate(const Place& place) const {
    if (place.set >= 0) return {"--set " + set_keys[static_cast<std::size_t>(place.set)], 0, 0};
    return {file, place.line, place.column};
}

void InputNames::fail(const Place& place, const std::string& message) const {
    throw ScenarioError(locate(place), message);
}

}  // namespace halfstep
