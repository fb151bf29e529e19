// What the digest program covers: a line each, `name digest`. A line is computed on any thread, from
// nothing but its name.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace halfstep::digests {

struct Line {
    std::string name;  // words, no line end
    std::function<std::string()> digest;
};
using Lines = std::vector<Line>;

void add_arithmetic(Lines& lines);  // one value at a time: rounding, + - x / sqrt fma and flags, exp log tanh, Philox
void add_arrays(Lines& lines);      // the kernels of the emulated machine, for every format and rounding mode
void add_registries(Lines& lines);  // every optimizer, engine, loss scaler, model and data set, a few steps each
void add_scenarios(Lines& lines);   // every shipped scenario, its first steps

}  // namespace halfstep::digests
