// The comparisons an expectation may make. Those with NaN are false: C++ has it so.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "halfstep/spec/experiment.hpp"

namespace halfstep {

inline bool same_bits(double a, double b) {
    return a == b && std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

struct Comparison {
    const char* words;
    std::optional<Bound> Expectation::*bound;
    bool (*holds)(double measured, double bound);
};
inline constexpr Comparison comparisons[] = {
    {"exactly", &Expectation::equals, same_bits},
    {"above", &Expectation::above, [](double x, double b) { return x > b; }},
    {"at least", &Expectation::at_least, [](double x, double b) { return x >= b; }},
    {"below", &Expectation::below, [](double x, double b) { return x < b; }},
    {"at most", &Expectation::at_most, [](double x, double b) { return x <= b; }},
};

}  // namespace halfstep
