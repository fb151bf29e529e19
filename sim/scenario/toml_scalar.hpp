// The values TOML writes without quotes or brackets, as far as a scenario takes them: booleans,
// integers and floats (TOML 1.0). Dates and times are left out: no key accepts one, and toml++ 3.3
// meets some malformed ones with an assumption instead of an error.
#pragma once

#include <string_view>

namespace halfstep {

bool is_scalar(std::string_view word);

}  // namespace halfstep
