// What a series is called on a page, and the sentences that say what a picture cannot show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/spec/experiment.hpp"

namespace halfstep {

struct SeriesWords {
    std::string title;    // "Gradient norm"
    std::string meaning;  // a phrase, or empty when the series is not one we know
};
SeriesWords series_words(std::string_view metric);

// "adam, seed 2"; without the seed where there is only one.
std::string curve_name(const Experiment& experiment, const Curve& curve);

// "adam, seed 2: NaN from step 57 to the end." One sentence a curve with such values.
std::vector<std::string> not_finite_sentences(const Experiment& experiment, const Panel& panel);

// Which curves reach zero or below, where a logarithmic axis has no place for them.
std::vector<std::string> not_positive_sentences(const Experiment& experiment, const Panel& panel);

// "adam: 15 to 17 updates skipped, the first at step 0." One sentence a variant, over its seeds; of all
// steps, recorded or not.
std::vector<std::string> skipped_sentences(const Results& results);

}  // namespace halfstep
