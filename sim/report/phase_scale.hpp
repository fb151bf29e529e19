// Where the values of a swept key lie in a figure, and where the cells between them end; web/phase_axes.js does the
// same for the page.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/sweep.hpp"

namespace halfstep {

struct PhaseScale {
    AxisScale kind = AxisScale::named;
    std::string label;
    std::vector<double> at;          // of each value, on the axis itself: 0.01 on a logarithmic one
    std::vector<double> low, high;   // of its cell
    std::vector<std::size_t> order;  // the values along the axis
};

// Values that have no place of their own on the key's scale are spaced evenly, as names.
PhaseScale phase_scale(const SweepKey& key);

// Between two numbers, on a logarithmic axis their geometric mean.
double middle(AxisScale kind, double a, double b);

// Of what several seeds found: NaN left out, the lower of two in the middle; NaN of nothing.
double median(std::vector<double> values);

}  // namespace halfstep
