// Where inside a TOML string, as it is written, a byte of its value stands.
#pragma once

#include <cstddef>
#include <string_view>

#include "tree.hpp"

namespace halfstep {

// `open` is the place of the opening quote in `text`, which was read without an error; `offset` counts
// bytes of the value, whose length is allowed (the place of the closing quote). Knows the four kinds
// of strings of TOML 1.0, their escapes, and the newline that is dropped after an opening """.
Place place_in_string(std::string_view text, const Place& open, std::size_t offset);

}  // namespace halfstep
