// A table of arrays by name, with what they hold before the first step: the `parameters` of a formula
// model, the `init` of an arithmetic program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "halfstep/program/program.hpp"
#include "halfstep/spec/value.hpp"

namespace halfstep::formula {

struct InitialValue {
    std::string name;
    Shape shape;
    std::vector<double> values;  // shape.size(), not rounded
    int rank = 0;                // 0: a number, 1: a vector, 2: a matrix
};

// Reads `{ b = 0, x = [1, 1], W = [[1, 2], [3, 4]], V = { shape = [8, 4], normal = 0.1 } }`; what is drawn
// is drawn from the seed, a stream a name. Throws SpecError(key.NAME), also for names in `taken`, of
// functions and of the language, and for more than `most` values in one of them.
std::vector<InitialValue> read_initial_values(const Entries& table, const std::string& key, std::uint64_t seed,
                                              const std::vector<std::string>& taken, std::int64_t most);

}  // namespace halfstep::formula
