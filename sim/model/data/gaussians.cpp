// Two Gaussian clouds of unit variance whose centres are `separation` apart along a random axis.
#include <cmath>

#include "../rows.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
namespace {

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t seed) {
    const int features = request.features != 0 ? request.features : int(c.integer("features"));
    Dataset d{.samples = int(c.integer("samples")),
              .features = features,
              .outputs = 2,
              .classification = true,
              .inputs = {},
              .targets = {}};
    const RandomStream random(seed, "data.gaussians");
    std::vector<double> axis;
    double square = 0.0;
    for (int f = 0; f < features; ++f) {
        axis.push_back(random.normal(0, 0, f));
        square += axis.back() * axis.back();
    }
    for (int i = 0; i < d.samples; ++i) {
        const bool second = i % 2 == 1;
        const double side = (second ? 0.5 : -0.5) * c.number("separation") / std::sqrt(square);
        for (int f = 0; f < features; ++f)
            d.inputs.push_back(side * axis[f] + random.normal(1, 0, std::uint32_t(i) * features + f));
        d.targets.push_back(second ? 0.0 : 1.0);
        d.targets.push_back(second ? 1.0 : 0.0);
    }
    return d;
}

}  // namespace

const DataRow data_gaussians = {
    {"gaussians",
     "two Gaussian clouds, one a class",
     {integer("samples", 256, "points", Range::between(2, max_samples)),
      integer("features", 2, "dimensions, where the model does not say", Range::between(1, 4096)),
      number("separation", 3.0, "distance of the centres in standard deviations", Range::at_least(0))}},
    make};

}  // namespace halfstep
