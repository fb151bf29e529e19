// The configuration rules of DeepSpeed asked about a run that a scenario describes: with the engine
// "deepspeed" it should be one that DeepSpeed would start, or say which rule it overrides.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

struct RecipeFinding {
    std::string rule;  // id, as in docs/deepspeed-config.md
    std::string key;   // of the scenario: "loss_scale.kind"
    std::string message;
    bool refused = false;     // DeepSpeed would not start
    bool overridden = false;  // named in engine.override
};

// Empty for other engines.
std::vector<RecipeFinding> recipe_findings(const RunSpec& spec);

// Throws SpecError for the first that is refused and not overridden, and for an override that is no
// rule.
void check_recipe(const RunSpec& spec);

}  // namespace halfstep
