// Inputs from N(0, 1); targets from a fixed random two-layer tanh network of `hidden` units:
// y = sum_h v_h tanh(u_h . x) / sqrt(hidden), u from N(0, 1/features), v from N(0, 1).
#include <cmath>

#include "../rows.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
namespace {

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t seed) {
    const int features = request.features != 0 ? request.features : int(c.integer("features"));
    const int outputs = request.outputs != 0 ? request.outputs : 1;
    const int hidden = int(c.integer("hidden"));
    Dataset d{.samples = int(c.integer("samples")),
              .features = features,
              .outputs = outputs,
              .classification = false,
              .inputs = {},
              .targets = {}};
    const RandomStream random(seed, "data.teacher_student");
    // Draws: step 0 inputs, 1 first layer, 2 second layer, 3 noise.
    for (int i = 0; i < d.samples; ++i) {
        for (int f = 0; f < features; ++f) d.inputs.push_back(random.normal(0, 0, std::uint32_t(i) * features + f));
        const double* x = d.inputs.data() + std::size_t(i) * features;
        std::vector<double> units(hidden);
        for (int h = 0; h < hidden; ++h) {
            double z = 0.0;
            for (int f = 0; f < features; ++f) z += random.normal(1, 0, std::uint32_t(h) * features + f) * x[f];
            units[h] = tanh_to_odd(z / std::sqrt(double(features)));
        }
        for (int o = 0; o < outputs; ++o) {
            double y = 0.0;
            for (int h = 0; h < hidden; ++h) y += random.normal(2, 0, std::uint32_t(o) * hidden + h) * units[h];
            y /= std::sqrt(double(hidden));
            d.targets.push_back(y + c.number("noise") * random.normal(3, 0, std::uint32_t(i) * outputs + o));
        }
    }
    return d;
}

}  // namespace

const DataRow data_teacher_student = {
    {"teacher_student",
     "targets from a fixed random tanh network",
     {integer("samples", 512, "points", Range::between(1, max_samples)),
      integer("features", 8, "inputs a sample, where the model does not say", Range::between(1, 4096)),
      integer("hidden", 16, "units of the teacher", Range::between(1, 4096)),
      number("noise", 0.0, "standard deviation added to the targets", Range::at_least(0))}},
    make};

}  // namespace halfstep
