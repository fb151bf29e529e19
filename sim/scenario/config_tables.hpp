// What the parts of the translation from a DeepSpeed configuration share: a tree under construction,
// the configuration, and the notes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "halfstep/config/config_check.hpp"
#include "halfstep/spec/schema.hpp"
#include "tree.hpp"

namespace halfstep {

struct ConfigTables {
    const ConfigFile& file;
    const StartedState& state;
    const Catalogue& catalogue;
    const InputNames& inputs;
    Tree tree;
    std::vector<std::string> notes;

    const ConfigNode* written(std::string_view path) const { return file.root.at(path); }
    // Of the key, or of the nearest thing that is written.
    Place place(std::string_view path) const;

    // Writes "table.key" where it is not written yet. `from` is the configuration's key.
    template <class T>
    void put(std::string_view key, T value, std::string_view from) {
        put_tree(key, Tree{place(from), std::move(value)});
    }
    void put_tree(std::string_view key, Tree value);
    // The value of the configuration's key as it is written, when it is written.
    void copy(std::string_view key, std::string_view from, const Parameter* parameter = nullptr);

    void note(std::string_view from, const std::string& message);
    [[noreturn]] void fail(std::string_view from, const std::string& message) const;
};

Tree to_tree(const ConfigNode& node);

// [optimizer] from the optimizer section; config_optimizer.cpp.
void translate_optimizer(ConfigTables& tables);
// optimizer.lr_values from the scheduler section; config_schedule.cpp.
void translate_schedule(ConfigTables& tables);

}  // namespace halfstep
