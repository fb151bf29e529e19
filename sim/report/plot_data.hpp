// The thinned curves as the JSON the page's program draws from. What is not finite is null there,
// with a mark where it began.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/spec/experiment.hpp"

namespace halfstep {

// The panels that are worth a plot, in page order: those that are more than one constant or one
// point.
std::vector<const Panel*> plotted_panels(const Plots& plots);

bool starts_logarithmic(const Panel& panel);

std::string plot_data_json(const Experiment& experiment, const Plots& plots);

}  // namespace halfstep
