// Interleaved spirals, one a class: sample i of a class at turn t = i/n * turns, radius t/turns.
#include <cmath>

#include "../rows.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {
namespace {

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t seed) {
    const int classes = int(c.integer("classes"));
    if (request.features != 0 && request.features != 2)
        throw SpecError("model.data.kind",
                        "spirals have 2 features, the model reads " + std::to_string(request.features));
    Dataset d{.samples = int(c.integer("samples")),
              .features = 2,
              .outputs = classes,
              .classification = true,
              .inputs = {},
              .targets = {}};
    const RandomStream noise(seed, "data.spirals");
    const int per_class = (d.samples + classes - 1) / classes;
    for (int i = 0; i < d.samples; ++i) {
        const int label = i % classes;
        const double along = (i / classes + 0.5) / per_class;
        const double turn = along * c.number("turns") + double(label) / classes;
        const SinCos s = sincos_turns(turn - std::floor(turn));
        d.inputs.push_back(along * s.cos + c.number("noise") * noise.normal(0, 0, 2 * i));
        d.inputs.push_back(along * s.sin + c.number("noise") * noise.normal(0, 0, 2 * i + 1));
        for (int k = 0; k < classes; ++k) d.targets.push_back(k == label ? 1.0 : 0.0);
    }
    return d;
}

}  // namespace

const DataRow data_spirals = {
    {"spirals",
     "interleaved spirals in the unit disc, one a class",
     {integer("samples", 256, "points in all", Range::between(2, max_samples)),
      integer("classes", 2, "spirals", Range::between(2, 16)),
      number("turns", 1.0, "turns of each spiral", Range::between(0.1, 10)),
      number("noise", 0.05, "standard deviation added to both coordinates", Range::at_least(0))}},
    make};

}  // namespace halfstep
