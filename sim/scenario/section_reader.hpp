// A table of the tree against a schema: names, types, ranges and defaults are decided by
// configure(); this class adds where the fault was written.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "halfstep/spec/schema.hpp"
#include "tree.hpp"

namespace halfstep {

class SectionReader {
public:
    // `run` is the variant's name, mentioned in messages; empty for the base and the file itself.
    SectionReader(const Catalogue& catalogue, const InputNames& inputs, std::string run = {})
        : catalogue_(catalogue), inputs_(inputs), run_(std::move(run)) {}

    // A table whose keys are always the same. `table` may be null: every key at its default, and
    // what is missing is reported at `fallback`. `extras` are keys the caller reads himself.
    Configured read(const Tree* table, const Place& fallback, const KindSchema& schema, const std::string& path,
                    std::span<const std::string> extras = {}) const;

    // A table that chooses among `kinds`; without a `kind`, `otherwise` (empty: required).
    Configured read_kind(const Tree* table, const Place& fallback, const std::vector<KindSchema>& kinds,
                         const std::string& path, const std::string& otherwise = {},
                         std::span<const std::string> extras = {}) const;

    // One value of a key that is not in any schema; throws when the parameter refuses it.
    Value read_value(const Tree& tree, const Parameter& parameter, const std::string& path) const;

    // The items of a list of tables (`[[name]]`); none when it is not written.
    std::vector<const Tree*> read_tables(const Tree* list, const std::string& path) const;

    [[noreturn]] void fail(const Place& place, const std::string& path, const std::string& message) const;

private:
    Configured resolve(const Tree* table, const Place& fallback, const KindSchema& schema, const std::string& path,
                       bool has_kind, std::span<const std::string> extras) const;
    Value to_value(const Tree& tree, const Parameter& parameter, const std::string& path) const;
    Value to_entries(const Tree& tree, const Parameter& parameter, const std::string& path) const;
    Value to_configured(const Tree& tree, const Parameter& parameter, const std::string& path) const;
    [[noreturn]] void fail_refused(const Tree& tree, const Parameter& parameter, const std::string& path,
                                   const SchemaError& error) const;

    const Catalogue& catalogue_;
    const InputNames& inputs_;
    std::string run_;
};

}  // namespace halfstep
