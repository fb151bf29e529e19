#include <limits>

#include "random_program.hpp"

namespace random_program {

using namespace halfstep;

double Random::number() {
    const double x = (below(4001) - 2000) / 512.0;
    switch (below(40)) {
        case 0:
            return x * 1e30;
        case 1:
            return x * 1e-30;
        case 2:
            return x * 1e-41;
        case 3:
            return std::numeric_limits<double>::infinity();
        case 4:
            return 0.0;
        case 5:
            return -0.0;
        default:
            return x;
    }
}

Precision precision(std::uint64_t seed) {
    Random random(seed ^ 0x9e3779b97f4a7c15u);
    const std::vector<std::string> names = {"fp32", "fp16", "bf16", "fp8_e4m3", "e6m9", "e8m15"};
    const std::string first = random.chance(60) ? "fp32" : random.among(names), second = random.among(names);
    const bool one = random.chance(50);
    Precision precision;
    for (const Role role : all_roles()) {
        precision[role] = rounding_to(one || random.chance(70) ? first : second);
        if (!one && random.chance(10)) precision[role]->overflow = Overflow::saturate;
        if (!one && random.chance(10)) precision[role]->subnormals = Subnormals::flush;
        if (!one && random.chance(10)) precision[role] = std::nullopt;
    }
    return precision;
}

}  // namespace random_program
