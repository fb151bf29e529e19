// Variants and --set entries laid over the tree of the base run.
//
// Tables merge key by key, everything else is replaced. Where an override changes a `kind`, what
// was inherited for the old kind and is unknown to the new one is dropped; what the override itself
// writes is kept, known or not, and checked later.
#pragma once

#include "halfstep/spec/schema.hpp"
#include "tree.hpp"

namespace halfstep {

// An inherited key that a new kind does not know.
struct DroppedEntry {
    std::string key;  // "optimizer.freeze_step"
    Place place;
};

// `over` is a table of run tables (model, optimizer, ...); other keys in it are ignored. What was
// dropped is appended to `dropped`.
void merge_run(Tree& base, const Tree& over, const Catalogue& catalogue, std::vector<DroppedEntry>& dropped);

// The kind of a configured parameter that is not written: that of its default, or nothing.
std::string default_kind(const Parameter& parameter);

}  // namespace halfstep
