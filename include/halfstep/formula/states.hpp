// The `state` table of a formula: what it keeps from step to step.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/role.hpp"
#include "halfstep/spec/value.hpp"

namespace halfstep::formula {

struct StateDeclaration {
    std::string name;
    double init = 0;
    Role role = Role::update;  // it is stored as
    bool scalar = false;       // one number; otherwise a value for every weight
};

// Reads `{ m = 0, v = { init = 0, role = "exp_avg_sq", scalar = false } }`. Throws SpecError(key.NAME)
// for what is not so, and for names in `taken`, of functions and of the language.
std::vector<StateDeclaration> read_states(const Entries& table, const std::string& key,
                                          const std::vector<std::string>& taken);

// A role's own name is that role; m, momentum, buf: exp_avg; v, vhat, max_exp_avg_sq: exp_avg_sq;
// e, error: worker_error; everything else: update.
Role default_role(std::string_view name);

// Throws SpecError(where) where a table of a formula cannot give something this name.
void check_free(const std::string& name, const std::string& where, const std::vector<std::string>& taken);

}  // namespace halfstep::formula
