// Everything the registries offer, for the scenario parser and `halfstep list`.
#pragma once

#include "halfstep/spec/schema.hpp"

namespace halfstep {
const Catalogue& builtin_catalogue();
}
