// What the page's program draws from, as JSON. Curves are packed (packed.hpp); values that are not
// finite stay what they are.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/report/tensors.hpp"
#include "halfstep/report/told_events.hpp"
#include "halfstep/spec/experiment.hpp"
#include "series_words.hpp"

namespace halfstep {

struct PlottedPanel {
    const Panel* panel = nullptr;
    const Panel* reference = nullptr;  // drawn thin on the same axes: reference_loss on loss
    SeriesWords words;
    bool large() const;
};

// The panels that are worth a plot, in page order: those that are more than one constant or one
// point.
std::vector<PlottedPanel> plotted_panels(const Plots& plots);

bool starts_logarithmic(const Panel& panel);

std::string plot_data_json(const Experiment& experiment, const Plots& plots, const std::vector<ToldEvent>& events);

// The maps of exponents, in a text of their own: it is parsed when somebody scrolls to them.
std::string map_data_json(const Experiment& experiment, const TensorTrace& trace);

}  // namespace halfstep
