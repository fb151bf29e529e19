// `--set key=value`: one more layer of override on the base run.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/schema.hpp"
#include "merge.hpp"
#include "tree.hpp"

namespace halfstep {

// Splits each entry at its first "=" and fills inputs.set_keys; throws ScenarioError at the entry.
void apply_sets(Tree& base, const std::vector<std::string>& sets, InputNames& inputs, const Catalogue& catalogue,
                std::vector<DroppedEntry>& dropped);

}  // namespace halfstep
