// Where an inexact result goes. IEEE 754-2019, 4.3; to odd: Boldo and Melquiond 2004.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "halfstep/format/exact_math.hpp"

namespace halfstep {

enum class RoundingMode {
    ties_to_even,     // to the nearest value, ties to the one with an even significand
    ties_to_away,     // to the nearest value, ties to the larger magnitude
    toward_zero,      // to the smaller magnitude
    toward_positive,  // up
    toward_negative,  // down
    to_odd,           // to the neighbour with an odd significand
    stochastic,       // to either neighbour, the more likely the nearer it is (stochastic.hpp)
};

struct RoundingModeName {
    RoundingMode mode;
    std::string_view name;       // "ties_to_even"
    std::string_view ieee;       // "TiesToEven"
    std::string_view testfloat;  // "near_even"; empty where TestFloat has none
};

// In the order of their values.
std::span<const RoundingModeName> rounding_modes();
// Without stochastic, which is no function of the number alone.
std::span<const RoundingModeName> deterministic_rounding_modes();
// By any of its names; nullopt for another.
std::optional<RoundingMode> find_rounding_mode(std::string_view name);

}  // namespace halfstep
