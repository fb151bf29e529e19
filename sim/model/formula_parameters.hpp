// The `parameters` table of a formula model.
#pragma once

#include <cstdint>
#include <vector>

#include "halfstep/model/model.hpp"

namespace halfstep {

struct FormulaParameter {
    ParameterTensor tensor;
    int rank = 0;  // 0: a number, 1: a vector, 2: a matrix
};

// Reads `{ b = 0, x = [1, 1], W = [[1, 2], [3, 4]], V = { shape = [8, 4], normal = 0.1 } }`; what is drawn
// is drawn from the seed, a stream a name. Throws SpecError(model.parameters.NAME).
std::vector<FormulaParameter> read_formula_parameters(const Entries& table, std::uint64_t seed,
                                                      const std::vector<std::string>& taken);

}  // namespace halfstep
