// Uniform points in [-1, 1]^2, labelled by whether the signs of the two coordinates differ.
#include "../rows.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {
namespace {

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t seed) {
    if (request.features != 0 && request.features != 2)
        throw SpecError("model.data.kind", "xor has 2 features, the model reads " + std::to_string(request.features));
    Dataset d{.samples = int(c.integer("samples")),
              .features = 2,
              .outputs = 2,
              .classification = true,
              .inputs = {},
              .targets = {}};
    const RandomStream random(seed, "data.xor");
    for (int i = 0; i < d.samples; ++i) {
        const double x = 2.0 * random.uniform(0, 0, 2 * i) - 1.0, y = 2.0 * random.uniform(0, 0, 2 * i + 1) - 1.0;
        const bool differ = (x < 0.0) != (y < 0.0);
        d.inputs.push_back(x + c.number("noise") * random.normal(1, 0, 2 * i));
        d.inputs.push_back(y + c.number("noise") * random.normal(1, 0, 2 * i + 1));
        d.targets.push_back(differ ? 0.0 : 1.0);
        d.targets.push_back(differ ? 1.0 : 0.0);
    }
    return d;
}

}  // namespace

const DataRow data_xor = {{"xor",
                           "points of the square [-1, 1]^2, the class says whether their signs differ",
                           {integer("samples", 256, "points", Range::between(2, max_samples)),
                            number("noise", 0.0, "standard deviation added after labelling", Range::at_least(0))}},
                          make};

}  // namespace halfstep
