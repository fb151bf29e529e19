// The sentences that say in numbers what a curve does, for those who do not see the picture, and what
// a picture cannot show.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/spec/experiment.hpp"

namespace halfstep {

// "0.693 at step 0, falls to 0.0312 at step 299; NaN from step 83 to the end", ...
std::string describe_curve(const CurveFacts& facts);

// All curves of a plot, the first few in full: "base: ...; adam: ...; and 12 more curves".
std::string describe_panel(const Experiment& experiment, const Panel& panel);

// "adam, seed 2: NaN from step 57 to the end." One sentence a curve with such values.
std::vector<std::string> not_finite_sentences(const Experiment& experiment, const Panel& panel);

// Which curves reach zero or below, where a logarithmic axis has no place for them.
std::vector<std::string> not_positive_sentences(const Experiment& experiment, const Panel& panel);

// "adam: 15 to 17 updates skipped, the first at step 0." One sentence a variant, over its seeds; of all
// steps, recorded or not.
std::vector<std::string> skipped_sentences(const Results& results);

}  // namespace halfstep
