// The words enumerations are written as, in the order of their enumerators.
#pragma once

#include <array>

namespace halfstep {

inline constexpr std::array<const char*, 3> overflow_names = {"infinity", "saturate", "nan"};
inline constexpr std::array<const char*, 2> subnormals_names = {"keep", "flush"};
inline constexpr std::array<const char*, 3> arithmetic_names = {"emulated", "binary64", "multiprecision"};

inline constexpr std::array<const char*, 3> axis_scale_names = {"linear", "log", "named"};

}  // namespace halfstep
