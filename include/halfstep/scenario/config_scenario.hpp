// A DeepSpeed configuration as an experiment: what it says becomes the tables of a scenario, each key
// with the place it was written at, and goes the way of a scenario from there. The configuration says
// nothing about a model: `model` names its kind, `--set model...` changes the rest.
#pragma once

#include <string>

#include "halfstep/config/config_check.hpp"
#include "halfstep/scenario/scenario.hpp"

namespace halfstep {

// `report` is of the same file and has no error that was not overridden. Throws ScenarioError where
// the configuration asks for what this program does not simulate.
Scenario load_config_scenario(const ConfigFile& file, const ConfigReport& report, const Catalogue& catalogue,
                              const std::string& model = "mlp", const Overrides& overrides = {});

}  // namespace halfstep
