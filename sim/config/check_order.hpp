// Where DeepSpeed looks, in the order it does; the first exception ends a start.
#pragma once

#include <span>

#include "rules/checks.hpp"

namespace halfstep {

struct Check {
    void (*run)(const StartUp&, Hits&);
    bool needs_configuration;  // the configuration object is complete when this is reached
};

std::span<const Check> checks_in_order();

// What is looked for in every file once, in the order it is reported.
using Note = void (*)(const StartUp&, Hits&);
std::span<const Note> silent_notes();

}  // namespace halfstep
