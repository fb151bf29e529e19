// The loss curves as one small picture for the index: an SVG without axes, logarithmic upwards,
// its colours given by the page's style (class v0, v1, ... for the variants).
#pragma once

#include <string>

#include "halfstep/report/curves.hpp"

namespace halfstep {

std::string thumbnail_svg(const Experiment& experiment, const Plots& plots);

}  // namespace halfstep
