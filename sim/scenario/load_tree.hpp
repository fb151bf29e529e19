// From a tree, whatever file it was read from, to an Experiment.
#pragma once

#include <memory>

#include "halfstep/scenario/scenario.hpp"
#include "source_map.hpp"

namespace halfstep {

// `source` names the file and holds its tree as `base`.
Scenario load_tree(std::shared_ptr<SourceMap> source, const Catalogue& catalogue, const Overrides& overrides);

}  // namespace halfstep
