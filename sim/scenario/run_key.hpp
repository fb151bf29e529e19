// A key of a run written with dots ("optimizer.lr", "model.data.samples", "inject.every"), and what the run's tables
// say of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/schema.hpp"
#include "tree.hpp"

namespace halfstep {

std::vector<std::string> key_parts(std::string_view key);

// The parameter that a run accepts under the key; nullopt where the run's kinds do not know it. `run` is the run's
// tree, variants applied.
std::optional<Parameter> find_run_key(const Tree& run, const std::vector<std::string>& parts,
                                      const Catalogue& catalogue);

// Every key find_run_key() would find, for the nearest one to a slip; free names are left out.
std::vector<std::string> run_keys(const Tree& run, const Catalogue& catalogue);

// Gives the run's tree another value under a key that find_run_key() knows: as a variant would, and "inject.KEY" in
// every injection.
void set_key(Tree& run, const std::vector<std::string>& parts, Tree value, const Place& place,
             const Catalogue& catalogue);

// A table that holds nothing but the value under the key, to be laid over a run by merge_run().
Tree table_of(const std::vector<std::string>& parts, Tree value, const Place& place);

}  // namespace halfstep
