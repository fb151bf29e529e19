// What a series is called on a page, with whom it stands, and how it is drawn.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "halfstep/report/curves.hpp"
#include "halfstep/spec/experiment.hpp"

namespace halfstep {

// Plots of one group stand together, under its heading.
enum class SeriesGroup { training, steps, compression, reference, watched };
std::string_view group_title(SeriesGroup group);  // "Compression and its error feedback"

struct Guide {
    double value = 0;  // where a line is drawn across the plot
    std::string_view label;
};

struct SeriesWords {
    std::string title;    // "Gradient norm"
    std::string meaning;  // a phrase, or empty when the series is not one we know
    SeriesGroup group = SeriesGroup::watched;
    int order = 0;         // within the page; series we do not know come last, as they first appear
    bool stepped = false;  // holds its value until the next
    bool linear = false;   // its values have a meaning that a logarithm hides: -1 to 1, counts
    std::optional<Guide> guide;
};
SeriesWords series_words(std::string_view metric);

// "adam, seed 2"; without the seed where there is only one.
std::string curve_name(const Experiment& experiment, const Curve& curve);

}  // namespace halfstep
