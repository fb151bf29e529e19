// What makes one run another than the base: the keys of their specifications that differ.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

struct Difference {
    std::string key;     // "optimizer.lr", "precision.exp_avg"
    std::string before;  // of the base; empty where it has no such key
    std::string after;   // of the variant; empty likewise
    bool operator==(const Difference&) const = default;
};

// In the order of the specification. Where the preset differs it stands for the roles it decides; the
// variant's further overrides follow. Where a kind differs it stands for the parameters the variant no longer has.
std::vector<Difference> differences(const RunSpec& base, const RunSpec& variant);

}  // namespace halfstep
