// Inputs from N(0, feature_scale^2), targets W* x + b* + noise with a random W*, b* from N(0, 1).
#include <cmath>

#include "../rows.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
namespace {

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t seed) {
    const int features = request.features != 0 ? request.features : int(c.integer("features"));
    const int outputs = request.outputs != 0 ? request.outputs : int(c.integer("outputs"));
    Dataset d{.samples = int(c.integer("samples")),
              .features = features,
              .outputs = outputs,
              .classification = false,
              .inputs = {},
              .targets = {}};
    const RandomStream random(seed, "data.linear");
    // Draws: step 0 inputs, 1 teacher weights, 2 teacher biases, 3 noise.
    for (int i = 0; i < d.samples; ++i) {
        for (int f = 0; f < features; ++f)
            d.inputs.push_back(c.number("feature_scale") * random.normal(0, 0, std::uint32_t(i) * features + f));
        for (int o = 0; o < outputs; ++o) {
            double y = random.normal(2, 0, o);
            for (int f = 0; f < features; ++f)
                y += random.normal(1, 0, std::uint32_t(o) * features + f) * d.inputs[std::size_t(i) * features + f];
            d.targets.push_back(y + c.number("noise") * random.normal(3, 0, std::uint32_t(i) * outputs + o));
        }
    }
    return d;
}

}  // namespace

const DataRow data_linear = {
    {"linear",
     "a linear teacher with Gaussian inputs and noise",
     {integer("samples", 256, "points", Range::between(1, max_samples)),
      integer("features", 8, "inputs a sample, where the model does not say", Range::between(1, 4096)),
      integer("outputs", 1, "targets a sample, where the model does not say", Range::between(1, 256)),
      number("feature_scale", 1.0, "standard deviation of the inputs", Range::above(0)),
      number("noise", 0.1, "standard deviation added to the targets", Range::at_least(0))}},
    make};

}  // namespace halfstep
