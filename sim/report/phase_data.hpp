// The diagrams of a sweep as JSON for web/sweep.js: {"axes":[...], "verdicts":[...], "variants":[...], ...}; texts and
// short lists as they are, what there is one of a run packed (packed.hpp).
#pragma once

#include <filesystem>
#include <string>

#include "halfstep/report/phase.hpp"

namespace halfstep {

std::string phase_data_json(const Phase& phase);

// {"steps":[...], "runs":{ROW: ...}} of curves.jsonl, thinned to a budget: curves of fewer points, then fewer curves.
std::string phase_curves_json(const Phase& phase, const std::filesystem::path& results_folder);

}  // namespace halfstep
