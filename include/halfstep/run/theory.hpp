// A formula that a sweep is compared with: 2.5/(dimension*max_curvature).
#pragma once

#include <map>
#include <string>

#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/sweep.hpp"

namespace halfstep {

using TheoryNames = std::map<std::string, double, std::less<>>;

// What a theory may name at a point: every number among the run's model, data, optimizer and loss scaler parameters
// (max_curvature, beta2, window), workers, batch and steps; and the axes by their short keys, a text by its place on
// the axis, which for "e5m{2..10}" is the number in the braces. `at` is one text a key.
TheoryNames theory_names(const RunSpec& spec, const Sweep& sweep, const std::vector<std::string>& at);

// In binary64. SpecError(key, ...) for what does not parse or names something else.
double evaluate_theory(const std::string& key, const std::string& text, const TheoryNames& names);

}  // namespace halfstep
