// The numbers that random(), normal() and randint() of a formula draw: new on every step and worker,
// a stream of the seed for every place in a text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "halfstep/formula/compiler.hpp"

namespace halfstep::formula {

// `key` of the formula names the streams. The source has to outlive what it is attached to.
std::unique_ptr<Attachment> drawn_numbers(std::uint64_t seed, const std::string& key, const Draw& draw);

}  // namespace halfstep::formula
