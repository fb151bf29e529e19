#include "halfstep/format/rounding_mode.hpp"

namespace halfstep {

std::span<const RoundingModeName> rounding_modes() {
    static constexpr RoundingModeName names[] = {
        {RoundingMode::ties_to_even, "ties_to_even", "TiesToEven", "near_even"},
        {RoundingMode::ties_to_away, "ties_to_away", "TiesToAway", "near_maxMag"},
        {RoundingMode::toward_zero, "toward_zero", "TowardZero", "minMag"},
        {RoundingMode::toward_positive, "toward_positive", "TowardPositive", "max"},
        {RoundingMode::toward_negative, "toward_negative", "TowardNegative", "min"},
        {RoundingMode::to_odd, "to_odd", "ToOdd", "odd"},
        {RoundingMode::stochastic, "stochastic", "Stochastic", ""}};
    return names;
}

std::span<const RoundingModeName> deterministic_rounding_modes() {
    return rounding_modes().first(6);
}

std::optional<RoundingMode> find_rounding_mode(std::string_view name) {
    for (const RoundingModeName& m : rounding_modes())
        if (name == m.name || name == m.ieee || (name == m.testfloat && !name.empty())) return m.mode;
    return std::nullopt;
}

}  // namespace halfstep
